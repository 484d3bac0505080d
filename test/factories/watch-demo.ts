import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { TestInstallation } from './installation.ts';
import { waitFor } from './wait-for.ts';

/** What the engine, Prometheus and Alertmanager showed while something went on; Crane is not asked. */
export type DemoSight = {
  /** Image of each part's container. */
  images: Map<string, string>;
  prometheusVersion: string;
  alertmanagerVersion: string;
  /** Most instances of apps that ran at once. */
  mostInstances: number;
  /** Containers of apps that the engine made and destroyed. */
  created: number;
  destroyed: number;
  /** Best health of each scrape job. */
  targets: Map<string, string>;
  /** Health of the apps' own metrics, by `app/service`. */
  appTargets: Map<string, string>;
  alerts: { app: string; service: string }[];
  /** Requests that the router counted for an app. */
  requestsCounted(app: string): Promise<number>;
};

const targetsReply = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ labels: z.record(z.string(), z.string()), health: z.string() })),
  }),
});
const alertsReply = z.array(z.object({ labels: z.record(z.string(), z.string()) }));
const buildReply = z.object({ data: z.object({ version: z.string() }) });
const statusReply = z.object({ versionInfo: z.object({ version: z.string() }) });
const queryReply = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

async function get<T>(url: string, schema: z.ZodType<T>): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  return schema.parse(await answer.json());
}

/** Looks five times a second until `ended`, and counts the engine's own events. */
export async function watchDemo(crane: TestInstallation, ended: Promise<unknown>): Promise<DemoSight> {
  const sight: DemoSight = {
    images: new Map(),
    prometheusVersion: '',
    alertmanagerVersion: '',
    mostInstances: 0,
    created: 0,
    destroyed: 0,
    targets: new Map(),
    appTargets: new Map(),
    alerts: [],
    requestsCounted: async () => 0,
  };
  const over = new AbortController();
  const watchedTo = ended.finally(() => over.abort()).catch(() => undefined);
  await waitFor('the installation begins', () =>
    existsSync(join(crane.data, 'installation')) ? true : null,
  );
  const events = countEvents(crane, sight, over.signal);
  while (!over.signal.aborted) {
    await look(crane, sight);
    await pause(200, undefined, { signal: over.signal }).catch(() => undefined);
  }
  await watchedTo;
  await events;
  return sight;
}

async function countEvents(crane: TestInstallation, sight: DemoSight, signal: AbortSignal): Promise<void> {
  const filters = { type: ['container'], label: [crane.label(), 'crane.app'] };
  const sinceMs = Date.now() - 5_000;
  try {
    for await (const { action } of crane.engine.system.events({ filters, sinceMs }, signal)) {
      if (action === 'create') sight.created += 1;
      if (action === 'destroy') sight.destroyed += 1;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function look(crane: TestInstallation, sight: DemoSight): Promise<void> {
  const containers = await crane.engine.containers.list({
    all: false,
    filters: { label: [crane.label()] },
  });
  const addresses = new Map<string, string>();
  for (const { labels, image, networks } of containers) {
    const part = labels['crane.part'];
    if (part === undefined) continue;
    sight.images.set(part, image);
    addresses.set(part, networks[`0----${crane.prefix}-platform`]?.address ?? '');
  }
  const instances = containers.filter(({ labels }) => labels['crane.app'] !== undefined);
  sight.mostInstances = Math.max(sight.mostInstances, instances.length);
  // Before an app runs the parts may not answer yet; then they must.
  if (instances.length === 0) return;
  await askPrometheus(`http://${addresses.get('prometheus')}:9090`, sight);
  await askAlertmanager(`http://${addresses.get('alertmanager')}:9093`, sight);
}

async function askPrometheus(url: string, sight: DemoSight): Promise<void> {
  if (sight.prometheusVersion === '')
    sight.prometheusVersion = (await get(`${url}/api/v1/status/buildinfo`, buildReply)).data.version;
  const { data } = await get(`${url}/api/v1/targets?state=active`, targetsReply);
  for (const { labels, health } of data.activeTargets) {
    const { job = '', app, service } = labels;
    note(sight.targets, job, health);
    if (app !== undefined) note(sight.appTargets, `${app}/${service}`, health);
  }
  sight.requestsCounted = async (app) => {
    const query = `sum(traefik_service_requests_total{app="${app}"})`;
    const { data: found } = await get(`${url}/api/v1/query?query=${encodeURIComponent(query)}`, queryReply);
    return Number(found.result[0]?.value[1] ?? 0);
  };
}

function note(healths: Map<string, string>, name: string, health: string): void {
  if (healths.get(name) !== 'up') healths.set(name, health);
}

async function askAlertmanager(url: string, sight: DemoSight): Promise<void> {
  if (sight.alertmanagerVersion === '')
    sight.alertmanagerVersion = (await get(`${url}/api/v2/status`, statusReply)).versionInfo.version;
  for (const { labels } of await get(`${url}/api/v2/alerts`, alertsReply))
    sight.alerts.push({ app: labels['app'] ?? '', service: labels['service'] ?? '' });
}
