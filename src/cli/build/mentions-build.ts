import type { DeployRequest } from '../calls/api.ts';

/** Whether one of the texts may say that something is built; the control plane knows for sure. */
export function mentionsBuild({ files, support }: DeployRequest): boolean {
  return [...files.map(({ text }) => text), ...Object.values(support)].some((text) => text.includes('build'));
}
