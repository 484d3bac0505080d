import { parseJson } from '../core/json/parse-json.ts';
import { renderSarif } from '../core/scan/render-sarif.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { describeScans } from './describe-scans.ts';
import { findApp } from './find-app.ts';

/** The scans of an app for other tools: what was found as SARIF, or the lists of what is in the images by service. */
export function exportScans(
  deps: Pick<ActionDeps, 'store' | 'clock'>,
  actor: Actor,
  { app: ref, format }: { app: string; format: 'sarif' | 'cyclonedx' },
): Record<string, unknown> {
  const app = findApp(deps, actor, ref);
  const scans = describeScans(deps, actor, { app: ref });
  if (format === 'cyclonedx')
    return Object.fromEntries(
      scans.map(({ service, imageId }) => [
        service,
        parseJson(deps.store.scans.find(imageId)?.sbom ?? 'null') ?? null,
      ]),
    );
  const waivers = deps.store.waivers.list();
  return renderSarif({ app: app.engineName, scans, waivers, now: deps.clock.now() });
}
