import type { ComposeProject } from '../compose/compose-project.ts';

/** Something that an app uses and that is not its own. */
export type External = { kind: 'network' | 'volume' | 'container'; name: string; path: string };

/** Networks and volumes that a project declares as external, and containers that its services refer to by name. */
export function externalsOf(project: ComposeProject): External[] {
  const declared = (['network', 'volume'] as const).flatMap((kind) =>
    Object.entries(project[`${kind}s`] ?? {}).flatMap(([key, object]) =>
      object?.external === true ? [{ kind, name: object.name ?? key, path: `${kind}s.${key}` }] : [],
    ),
  );
  const containers = Object.entries(project.services).flatMap(([service, spec]) => {
    const modes = (['network_mode', 'ipc', 'pid'] as const).flatMap((key) => {
      const name = /^container:(.+)$/.exec(spec[key] ?? '')?.[1];
      return name === undefined ? [] : [{ name, path: `services.${service}.${key}` }];
    });
    const mounts = (spec.volumes_from ?? []).flatMap((from, index) => {
      const name = /^container:([^:]+)/.exec(from)?.[1];
      return name === undefined ? [] : [{ name, path: `services.${service}.volumes_from[${index}]` }];
    });
    return [...modes, ...mounts].map((each) => ({ kind: 'container' as const, ...each }));
  });
  return [...declared, ...containers];
}
