import { stringify } from 'yaml';
import type { ComposeProject } from './compose-project.ts';

/** The project as deterministic YAML text: keys sorted, no anchors, no line folding; the same project gives the same bytes. */
export function renderCompose(project: ComposeProject): string {
  return stringify(project, { sortMapEntries: true, aliasDuplicateObjects: false, lineWidth: 0 });
}
