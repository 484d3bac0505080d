import type { Config } from './config.ts';
import type { ControlSettings } from './control/control-deps.ts';

/** What the loops are told of the configuration, and the paces that nobody needs to set. */
export function controlSettings(config: Config, wakerUrl: string): ControlSettings {
  return {
    prefix: config.prefix,
    routerContainer: `${config.prefix}-traefik`,
    routerPort: config.routerPort,
    tlsPort: config.tlsPort,
    wakerUrl,
    subnetRange: config.subnets,
    fastLoopMs: config.fastLoopMs,
    slowLoopMs: config.slowLoopMs,
    fullLookMs: 30_000,
    drainMs: config.drainMs,
    monitorMs: config.monitorMs,
    deployTimeoutMs: config.deployTimeoutMs,
    keptReleases: config.keptReleases,
    build: config.build,
    hasSpareNetwork: true,
    parallelEffects: 6,
  };
}
