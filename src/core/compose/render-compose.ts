import { stringify } from 'yaml';
import { escapeDollars } from './config-view.ts';
import type { ComposeProject, ComposeService } from './compose-project.ts';
import { writeXCrane } from './x-crane.ts';

/**
 * The project as deterministic YAML text: keys sorted, no anchors, no line folding; the same project gives the same bytes,
 * and loading them gives a project with the same bytes. It stands alone: values of the environment are written out.
 */
export function renderCompose(project: ComposeProject): string {
  return composeText(escapeDollars(writeProject(project)));
}

/** A document whose texts are escaped already, as YAML. */
export function composeText(document: object): string {
  return stringify(document, { sortMapEntries: true, aliasDuplicateObjects: false, lineWidth: 0 });
}

/** The project as a file would say it; variables are not yet escaped. */
export function writeProject(project: ComposeProject): object {
  const services = Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => [name, writeService(service, project)]),
  );
  const configs = Object.fromEntries(
    Object.entries(project.configs ?? {}).map(([name, config]) => {
      const { environment, ...rest } = config;
      return [name, environment === undefined || rest.content !== undefined ? rest : config];
    }),
  );
  return { ...project, services, ...(project.configs === undefined ? {} : { configs }) };
}

/** Dependencies on services of inactive profiles are left out: their services are too. */
function writeService(service: ComposeService, { services }: ComposeProject): object {
  const { 'x-crane': settings, depends_on: dependencies, label_file: _files, ...rest } = service;
  const known = Object.entries(dependencies ?? {}).filter(([name]) => services[name] !== undefined);
  return {
    ...rest,
    ...(known.length === 0 ? {} : { depends_on: Object.fromEntries(known) }),
    ...(settings === undefined ? {} : { 'x-crane': writeXCrane(settings) }),
  };
}
