import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Alert } from '../../src/core/alert/alert.ts';
import { parseWebhook } from '../../src/core/alert/parse-webhook.ts';
import {
  renderAlertmanagerArguments,
  renderAlertmanagerConfig,
} from '../../src/observe/alertmanager/render-config.ts';
import { renderPrometheusArguments } from '../../src/observe/prometheus/render-arguments.ts';
import { renderPrometheusConfig } from '../../src/observe/prometheus/render-config.ts';
import { someRoute } from '../../src/proxy/proxy-contract.ts';
import { createTraefikProxy } from '../../src/proxy/traefik/create-traefik-proxy.ts';
import { renderTraefikStatic } from '../../src/proxy/traefik/render-static.ts';
import { portOf, readRequest } from './part-server.ts';
import { freePort, isOk, realClock, until, type TestPlatform } from './test-platform.ts';

const credential = 'test-credential-0123456789';

export type ReceivedAlert = Alert & { receivedAt: number };

/** Router, instances of `shop-1/web`, Prometheus and Alertmanager, all real; what Crane's internal listener answers is given here. */
export type ObservedRouter = {
  prometheusUrl: string;
  alertmanagerUrl: string;
  ids: { router: string; prometheus: string; alertmanager: string };
  rulesFolder: string;
  /** What the exporter shows from now on, as Prometheus text. */
  exported: string;
  /** Alerts the webhook received, in order. */
  alerts: ReceivedAlert[];
  /** Answers the webhook gives: 200 unless set. */
  webhookStatus: number;
  /** Sends requests to `shop-1/web` at this rate until stopped. Resolves to the number of answers by status. */
  load(rate: number, path?: string): { stop(): Promise<Record<string, number>> };
  close(): Promise<void>;
};

export async function openObservedRouter(platform: TestPlatform): Promise<ObservedRouter> {
  const [parts, app] = [await platform.network(), await platform.network()];
  const folder = await platform.folder();
  const at = (host: number, port: number): string => `${parts.address(host)}:${port}`;
  const state = { exported: '', alerts: [] as ReceivedAlert[], webhookStatus: 200 };

  const listener = createServer((incoming, response) => {
    void readRequest(incoming).then(({ path, headers, body }) => {
      if (headers.authorization !== `Bearer ${credential}`) return response.writeHead(401).end();
      if (path === '/metrics')
        return response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(state.exported);
      if (path === '/internal/discovery')
        return response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
      if (path !== '/internal/alerts') return response.writeHead(404).end();
      const receivedAt = Date.now();
      const { alerts, rejected } = parseWebhook(JSON.parse(body), receivedAt);
      assert.deepEqual(rejected, []);
      if (state.webhookStatus === 200)
        state.alerts.push(...alerts.map((alert) => ({ ...alert, receivedAt })));
      return response.writeHead(state.webhookStatus).end();
    });
  });
  listener.listen(0, parts.address(1));
  await once(listener, 'listening');
  const crane = at(1, portOf(listener));

  await platform.write(
    join(folder, 'traefik/traefik.yml'),
    renderTraefikStatic({ internalAddress: at(2, 8082) }),
  );
  await platform.write(join(folder, 'traefik/dynamic/note.txt'), 'the folder exists before the router does');
  await platform.write(join(folder, 'prometheus/credential'), credential);
  await platform.write(join(folder, 'alertmanager/credential'), credential);
  await platform.write(
    join(folder, 'prometheus/prometheus.yml'),
    renderPrometheusConfig({
      routerTarget: at(2, 8082),
      craneTarget: crane,
      discoveryUrl: `http://${crane}/internal/discovery`,
      alertmanagerTarget: at(4, 9093),
    }),
  );
  await platform.write(join(folder, 'prometheus/rules/note.txt'), 'the folder exists before Prometheus does');
  await platform.write(
    join(folder, 'alertmanager/alertmanager.yml'),
    renderAlertmanagerConfig({ webhookUrl: `http://${crane}/internal/alerts` }),
  );
  const routerPort = await freePort();
  const mount = (part: string): { folder: string; path: string }[] => [
    { folder: join(folder, part), path: `/etc/${part}` },
  ];
  const [router, prometheus, alertmanager] = await Promise.all([
    platform.start({
      part: 'traefik',
      name: 'traefik',
      host: 2,
      networks: [parts.name, app.name],
      mounts: mount('traefik'),
      publish: { 8080: routerPort },
    }),
    platform.start({
      part: 'prometheus',
      name: 'prometheus',
      command: renderPrometheusArguments({ listenAddress: at(3, 9090) }),
      host: 3,
      networks: [parts.name],
      mounts: mount('prometheus'),
      writable: ['/prometheus'],
    }),
    platform.start({
      part: 'alertmanager',
      name: 'alertmanager',
      command: renderAlertmanagerArguments({ listenAddress: at(4, 9093) }),
      host: 4,
      networks: [parts.name],
      mounts: mount('alertmanager'),
      writable: ['/alertmanager'],
    }),
    platform.start({ part: 'whoami', name: 'web-1', host: 3, networks: [app.name] }),
    platform.start({ part: 'whoami', name: 'web-2', host: 4, networks: [app.name] }),
  ]);
  const backends = [3, 4].map((host) => ({
    instance: `web-1-${host - 2}`,
    url: `http://${app.address(host)}:8080`,
  }));
  await until('the router is well', () => isOk(`http://${at(2, 8082)}/ping`));
  await until('Prometheus is ready', () => isOk(`http://${at(3, 9090)}/-/ready`), { timeoutMs: 30_000 });
  await until('Alertmanager is ready', () => isOk(`http://${at(4, 9093)}/-/ready`), { timeoutMs: 30_000 });
  for (const { url } of backends) await until('the instance answers', () => isOk(`${url}/healthz`));
  const proxy = createTraefikProxy({
    directory: join(folder, 'traefik/dynamic'),
    internalUrl: `http://${at(2, 8082)}`,
    clock: realClock,
  });
  await proxy.publish({ app: 'shop-1', routes: [someRoute({ backends })] });
  await proxy.confirm();

  return Object.assign(state, {
    prometheusUrl: `http://${at(3, 9090)}`,
    alertmanagerUrl: `http://${at(4, 9093)}`,
    ids: { router, prometheus, alertmanager },
    rulesFolder: join(folder, 'prometheus/rules'),
    load: (rate: number, path = '/') => startLoad(`http://127.0.0.1:${routerPort}${path}`, rate),
    async close() {
      listener.closeAllConnections();
      listener.close();
    },
  });
}

/** A test that fails before it stops its load leaves it running no longer than this. */
const longestLoadMs = 60_000;

function startLoad(url: string, rate: number): { stop(): Promise<Record<string, number>> } {
  const agent = new Agent({ connections: 50 });
  const statuses: Record<string, number> = {};
  const open: Promise<void>[] = [];
  const stopped = new AbortController();
  const longest = setTimeout(() => stopped.abort(), longestLoadMs);
  const send = async (): Promise<void> => {
    try {
      const response = await request(url, {
        dispatcher: agent,
        headers: { host: 'shop-1.localhost' },
        headersTimeout: 5_000,
      });
      await response.body.dump();
      statuses[response.statusCode] = (statuses[response.statusCode] ?? 0) + 1;
    } catch {
      statuses['lost'] = (statuses['lost'] ?? 0) + 1;
    }
  };
  const began = performance.now();
  const running = (async () => {
    for (let index = 0; !stopped.signal.aborted; index += 1) {
      const due = began + (index * 1_000) / rate - performance.now();
      if (due > 0) await wait(due, undefined, { signal: stopped.signal }).catch(() => undefined);
      if (!stopped.signal.aborted) open.push(send());
    }
  })();
  return {
    async stop() {
      clearTimeout(longest);
      stopped.abort();
      await running;
      await Promise.all(open);
      await agent.close();
      return statuses;
    },
  };
}
