import { z } from 'zod';
import type { EngineEndpoint } from '../../core/service/engine-create.ts';
import { labels, type LabelMap } from './docker-labels.ts';

const endpoint = z.object({
  Aliases: z.array(z.string()).optional(),
  Links: z.array(z.string()).optional(),
  DriverOpts: z.record(z.string(), z.string()).optional(),
  MacAddress: z.string().optional(),
  GwPriority: z.number().optional(),
  IPAMConfig: z
    .object({
      IPv4Address: z.string().optional(),
      IPv6Address: z.string().optional(),
      LinkLocalIPs: z.array(z.string()).optional(),
    })
    .optional(),
});
const networks = z.record(z.string(), endpoint);

/**
 * The networks an instance must join before it starts, kept in a label: a crash between creation and joining would otherwise leave an
 * instance that looks whole and is not.
 */
export function readNetworks(map: LabelMap): Readonly<Record<string, EngineEndpoint>> {
  const text = map[labels.networks];
  if (text === undefined) return {};
  try {
    const parsed = networks.safeParse(JSON.parse(text));
    return parsed.success ? withoutUndefined(parsed.data) : {};
  } catch {
    return {};
  }
}

/** Parsed optional fields may be present and undefined; the payload's may not. */
function withoutUndefined(map: z.output<typeof networks>): Record<string, EngineEndpoint> {
  const result: Record<string, EngineEndpoint> = {};
  for (const [name, value] of Object.entries(map)) {
    const { IPv4Address, IPv6Address, LinkLocalIPs } = value.IPAMConfig ?? {};
    result[name] = {
      ...(value.Aliases === undefined ? {} : { Aliases: value.Aliases }),
      ...(value.Links === undefined ? {} : { Links: value.Links }),
      ...(value.DriverOpts === undefined ? {} : { DriverOpts: value.DriverOpts }),
      ...(value.MacAddress === undefined ? {} : { MacAddress: value.MacAddress }),
      ...(value.GwPriority === undefined ? {} : { GwPriority: value.GwPriority }),
      ...(value.IPAMConfig === undefined
        ? {}
        : {
            IPAMConfig: {
              ...(IPv4Address === undefined ? {} : { IPv4Address }),
              ...(IPv6Address === undefined ? {} : { IPv6Address }),
              ...(LinkLocalIPs === undefined ? {} : { LinkLocalIPs }),
            },
          }),
    };
  }
  return result;
}
