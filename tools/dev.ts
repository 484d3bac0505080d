/**
 * The web pages with reloading on a control plane that needs no engine: `npm run dev`. Everything around it is a model in this
 * process, with a few apps on which load comes and goes, so that each page has something to show. Nothing is kept.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createMemoryCrane, type MemoryCrane } from '../test/factories/memory-crane.ts';
import { simulateTraffic, waveOf } from '../test/factories/simulated-traffic.ts';

const root = join(import.meta.dirname, '..');
const apiPort = 7075;
const pagesPort = 7074;

const shop = `name: shop
services:
  web:
    image: example/shop:1
    depends_on: [api]
    networks: [front, back]
    x-crane:
      route: { port: 8080 }
      scale: { min: 1, max: 6, target: { requestsPerSecond: 50 }, stabilization: 10s }
  api:
    image: example/api:1
    deploy: { replicas: 2 }
    networks: [back]
  db:
    image: example/db:1
    networks: [back]
    volumes: ['data:/var/lib/data']
networks: { front: {}, back: {} }
volumes: { data: {} }
`;
const blog = `name: blog
services:
  web:
    image: example/blog:1
    x-crane:
      route: { port: 8080 }
      scale: { min: 1, max: 4, target: { requestsPerSecond: 50 } }
`;
const broken = `name: broken
services:
  worker: { image: 'example/worker:1' }
`;

async function seed(crane: MemoryCrane): Promise<void> {
  const { controls } = crane.runtime;
  for (const name of ['shop', 'api', 'db', 'blog'])
    controls.addImage({ ref: `example/${name}:1`, exposedPorts: ['8080/tcp'] });
  controls.addImage({
    ref: 'example/worker:1',
    behaviour: { exits: { code: 1, afterMs: 500 }, prints: ['no queue was found'] },
  });
  const app = await crane.deploy(shop);
  await crane.deploy(
    shop.replace('example/shop:1', 'example/shop:1\n    environment: { GREETING: hello }'),
    app,
  );
  const other = await crane.deploy(blog);
  const fail = crane.deploy(broken).catch(console.error);
  await crane.call('POST', `/apps/${app}/rules`, {
    name: 'slow',
    service: 'web',
    severity: 'warning',
    forMs: 30_000,
    kind: 'preset',
    preset: 'p95',
    above: 300,
  });
  await crane.call('POST', `/apps/${app}/schedules`, {
    service: 'web',
    cron: '0 8 * * 1-5',
    timeZone: 'Europe/Madrid',
    durationMs: 36_000_000,
    min: 2,
    max: 6,
  });
  await crane.call('POST', '/users', { name: 'bob', role: 'user' });
  const tick = simulateTraffic(crane, [
    { app, service: 'web', perSecond: waveOf(260, 240_000), isWriting: true },
    { app: other, service: 'web', perSecond: waveOf(120, 400_000), isWriting: true },
  ]);
  setInterval(tick, 1_000);
  await fail;
}

const crane = await createMemoryCrane({ port: apiPort });
const vite = spawn(
  process.execPath,
  [join(root, 'node_modules/vite/bin/vite.js'), join(root, 'ui'), '--port', String(pagesPort)],
  { stdio: 'inherit', env: { ...process.env, CRANE_PAGES_API: crane.url } },
);
const end = async (): Promise<void> => {
  vite.kill();
  await crane.close();
  process.exit();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
vite.once('exit', () => void end());
console.log(`The pages, logged in: http://127.0.0.1:${pagesPort}/#token=${crane.token}`);
await seed(crane);
