import type { ComposeProject } from './compose-project.ts';
import type { ComposeProblem } from './load-compose.ts';
import type { Position } from './positions.ts';

/** Names that a service uses must exist: other services, networks, volumes. */
export function danglingReferences(
  project: ComposeProject,
  place: (path: readonly PropertyKey[]) => Position,
): ComposeProblem[] {
  return Object.entries(project.services).flatMap(([name, service]) => [
    ...Object.entries(service.depends_on ?? {}).flatMap(([other, { required }]) =>
      project.services[other] !== undefined || required === false
        ? []
        : [
            {
              ...place(['services', name, 'depends_on', other]),
              path: `services.${name}.depends_on.${other}`,
              message: `there is no service ${other}`,
            },
          ],
    ),
    ...Object.keys(service.networks ?? {}).flatMap((network) =>
      project.networks?.[network] === undefined
        ? [
            {
              ...place(['services', name, 'networks', network]),
              path: `services.${name}.networks.${network}`,
              message: `there is no network ${network} at the top level`,
              fix: `Add networks: { ${network}: {} }.`,
            },
          ]
        : [],
    ),
    ...(service.volumes ?? []).flatMap((mount, index) =>
      mount.type === 'volume' && mount.source !== undefined && project.volumes?.[mount.source] === undefined
        ? [
            {
              ...place(['services', name, 'volumes', index]),
              path: `services.${name}.volumes[${index}]`,
              message: `there is no volume ${mount.source} at the top level`,
              fix: `Add volumes: { ${mount.source}: {} }.`,
            },
          ]
        : [],
    ),
    ...(service.image === undefined && service.build === undefined
      ? [
          {
            ...place(['services', name]),
            path: `services.${name}`,
            message: 'neither image nor build is given',
            fix: 'Name an image: image: nginx:1.27',
          },
        ]
      : []),
  ]);
}
