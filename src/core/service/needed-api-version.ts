import type { ComposeProject } from '../compose/compose-project.ts';

export type NeededVersion = { version: string; what: string; path: string };

/** The newest Engine API that mounts of a project need, with what needs it; null when any will do. */
export function neededApiVersion(project: ComposeProject): NeededVersion | null {
  const needs = Object.entries(project.services).flatMap(([name, { volumes = [] }]) =>
    volumes.flatMap(({ type, volume, image }, index): NeededVersion[] => {
      const path = `services.${name}.volumes[${index}]`;
      // Engine API version history: image mounts 1.48, their subpath 1.49, subpaths of volumes 1.45.
      if (type === 'image' && image?.subpath !== undefined)
        return [{ version: '1.49', what: 'a part of an image as a mount', path }];
      if (type === 'image') return [{ version: '1.48', what: 'an image as a mount', path }];
      return volume?.subpath === undefined
        ? []
        : [{ version: '1.45', what: 'a part of a volume as a mount', path }];
    }),
  );
  const minor = ({ version }: NeededVersion): number => Number(version.split('.')[1]);
  return needs.toSorted((a, b) => minor(b) - minor(a))[0] ?? null;
}
