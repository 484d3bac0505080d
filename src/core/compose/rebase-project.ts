import type { ComposeProject, ComposeService } from './compose-project.ts';

/**
 * The same project under another app's name: its networks and volumes follow the name, whatever the file called them, and own hosts of
 * routes are dropped, since two apps cannot share one. What is external stays.
 */
export function rebaseProject(project: ComposeProject, name: string): ComposeProject {
  const rename = <T extends { name?: string; external?: boolean }>(
    map: Record<string, T> | undefined,
  ): Record<string, T> =>
    Object.fromEntries(
      Object.entries(map ?? {}).map(([key, value]) => [
        key,
        value?.external === true ? value : { ...value, name: `${name}_${key}` },
      ]),
    );
  const services = Object.entries(project.services).map(([key, service]) => {
    const { 'x-crane': settings, ...rest } = service;
    if (settings === undefined) return [key, service] as const;
    const route = withoutHosts(settings.route);
    return [key, { ...rest, 'x-crane': { ...settings, ...(route === undefined ? {} : { route }) } }] as const;
  });
  return {
    ...project,
    name,
    services: Object.fromEntries(services),
    ...(project.networks === undefined ? {} : { networks: rename(project.networks) }),
    ...(project.volumes === undefined ? {} : { volumes: rename(project.volumes) }),
  };
}

type Routes = NonNullable<NonNullable<ComposeService['x-crane']>['route']>;

/** One that then claims the same address as one before it goes: it was another host for the same. */
function withoutHosts(routes: Routes | undefined): Routes | undefined {
  const seen = new Set<string>();
  return routes
    ?.map(({ host: _host, ...route }) => route)
    .filter(({ path = '/' }) => !seen.has(path) && seen.add(path));
}
