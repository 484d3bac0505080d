import { defined } from '../service/defined.ts';
import type { ComposeProject } from './compose-project.ts';

/** A project without the networks, volumes, secrets, configs and models that none of its services uses. */
export function withoutUnused(project: ComposeProject): ComposeProject {
  const services = Object.values(project.services);
  const sources = (list: readonly { source?: string }[] | undefined): (string | undefined)[] =>
    (list ?? []).map(({ source }) => source);
  const used = {
    networks: new Set(services.flatMap((service) => Object.keys(service.networks ?? {}))),
    volumes: new Set(
      services.flatMap((service) => sources((service.volumes ?? []).filter(({ type }) => type === 'volume'))),
    ),
    secrets: new Set(
      services.flatMap((service) => [...sources(service.secrets), ...sources(service.build?.secrets)]),
    ),
    configs: new Set(services.flatMap((service) => sources(service.configs))),
    models: new Set(services.flatMap((service) => Object.keys(service.models ?? {}))),
  };
  const keep = <T>(resources: Record<string, T> | undefined, names: ReadonlySet<string | undefined>) => {
    const kept = Object.entries(resources ?? {}).filter(([name]) => names.has(name));
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  };
  const { networks, volumes, secrets, configs, models, ...rest } = project;
  return defined<ComposeProject>({
    ...rest,
    networks: keep(networks, used.networks),
    volumes: keep(volumes, used.volumes),
    secrets: keep(secrets, used.secrets),
    configs: keep(configs, used.configs),
    models: keep(models, used.models),
  });
}
