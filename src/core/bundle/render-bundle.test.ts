import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPortableRouter } from '../../proxy/traefik/render-portable-router.ts';
import type { ComposeProject } from '../compose/compose-project.ts';
import { loadCompose } from '../compose/load-compose.ts';
import { withoutBundleParts } from './bundle-mark.ts';
import { renderBundle } from './render-bundle.ts';

const router = createPortableRouter({ image: 'traefik:v3' });

const shop = `
services:
  web:
    image: crane/whoami:1
    build: .
    environment:
      DB_PASSWORD: "hunter2$$x"
      DB_PASSWORD_FILE: /run/secrets/key
      DATABASE_URL: "postgres://app:hunter2$$x@db:5432/a"
      PRICE: "5$$"
      TOKEN_TTL: "3600"
      SECRET_MODE: "true"
    command: [serve, --api-token, abc123abc, --mode=fast]
    volumes: ["./html:/srv:ro", "data:/data", "/etc/localtime:/etc/localtime:ro"]
    secrets: [key]
    configs: [page]
    deploy: { resources: { limits: { cpus: "0.5", memory: 64m } } }
    x-crane:
      route: [8080, { port: 8081, path: /api, rateLimit: { average: 5 } }]
      scale: { min: 2, max: 5, target: { requestsPerSecond: 50 }, cooldown: { up: 3s } }
  db:
    image: crane/db:1
    networks: [back]
networks: { back: { internal: true } }
volumes: { data: {} }
secrets: { key: { file: ./key.txt } }
configs: { page: { file: ./page.html } }
`.replace('[8080, {', '[{ port: 8080 }, {');

function load(text: string, name: string, environment: Record<string, string> = {}): ComposeProject {
  const loaded = loadCompose({
    files: [{ path: 'compose.yaml', text }],
    readFile: () => undefined,
    environment,
    profiles: [],
    projectName: name,
    projectDirectory: `/home/somebody/${name}`,
  });
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return withoutBundleParts(loaded.project);
}

const bundle = (project: ComposeProject, replicas: Record<string, number> = {}): Record<string, string> =>
  Object.fromEntries(
    renderBundle({ project, name: 'shop', replicas, router }).files.map(({ path, text }) => [path, text]),
  );
const filled = { DB_PASSWORD: 'hunter2$x', WEB_API_TOKEN: 'abc123abc' };

describe('a bundle', () => {
  it('holds no path of this machine and no secret', () => {
    for (const [path, text] of Object.entries(bundle(load(shop, 'shop-7')))) {
      assert.doesNotMatch(text, /somebody|shop-7|key\.txt|page\.html/, path);
      assert.doesNotMatch(text, /hunter2|abc123/, path);
      assert.ok(!text.includes('\u0000'), path);
    }
  });

  it('asks for each secret by a variable, and carries what only speaks about secrets', () => {
    const files = bundle(load(shop, 'shop-7'));
    const compose = files['compose.yaml'] ?? '';
    assert.match(compose, /DB_PASSWORD: \$\{DB_PASSWORD:\?Set it in \.env\}/);
    assert.match(compose, /postgres:\/\/app:\$\{DB_PASSWORD:\?Set it in \.env\}@db:5432\/a/);
    assert.match(compose, /- \$\{WEB_API_TOKEN:\?Set it in \.env\}/);
    for (const kept of ['/run/secrets/key', 'PRICE: 5$$', 'TOKEN_TTL: "3600"', 'SECRET_MODE: "true"'])
      assert.ok(compose.includes(kept), kept);
    assert.match(files['.env.example'] ?? '', /^DB_PASSWORD=$/m);
    assert.match(files['.env.example'] ?? '', /^WEB_API_TOKEN=$/m);
  });

  it('names the files that a person brings along, at relative places', () => {
    const { 'README.md': readme = '', 'compose.yaml': compose = '' } = bundle(load(shop, 'shop-7'));
    for (const path of ['./mounts/html', './secrets/key', './configs/page'])
      assert.ok(readme.includes(`\`${path}\``), path);
    assert.match(compose, /source: \$\{MOUNT_WEB_SRV:-\.\/mounts\/html\}/);
    assert.match(compose, /source: \/etc\/localtime/);
  });

  it('loads to an equal app, whose bundle has the same bytes', () => {
    const first = load(shop, 'shop-7');
    const files = bundle(first, { web: 4, db: 1 });
    const second = load(files['compose.yaml'] ?? '', 'shop-8', filled);
    assert.deepEqual(bundle(second, { web: 2, db: 1 }), files);
    const [before, after] = [first.services['web'], second.services['web']];
    assert.deepEqual(after?.['x-crane'], before?.['x-crane']);
    assert.deepEqual(after?.environment, before?.environment);
    assert.deepEqual(after?.deploy, before?.deploy);
    assert.deepEqual(second.services['db'], first.services['db']);
    assert.deepEqual(Object.keys(second.services), ['db', 'web']);
    assert.deepEqual(Object.keys(second.networks ?? {}), ['back', 'default']);
  });

  it('writes the number of instances that a person asked for, and not the one that load asked for', () => {
    const { 'compose.yaml': text = '' } = bundle(load(shop, 'shop-7'), { web: 5, db: 3 });
    const project = load(text, 'shop', filled);
    assert.equal(project.services['db']?.deploy?.replicas, 3);
    // Compose is told the smallest number; the app that comes back has only its bounds.
    assert.match(text, /replicas: 2\n/);
    assert.equal(project.services['web']?.deploy?.replicas, undefined);
  });

  it('of an app without routes has no router', () => {
    const { 'compose.yaml': text = '' } = bundle(load('services: { job: { image: a } }', 'shop-7'));
    assert.doesNotMatch(text, /traefik|x-crane-bundle|networks:\n {2}router/);
  });

  it('names the image of a service that is only built, and says how to take it along', () => {
    const project = load('services: { web: { build: . }, db: { image: a, build: . } }', 'shop-7');
    const images = { web: 'crane.internal/crane/shop-7/web:1', db: 'crane.internal/crane/shop-7/db:1' };
    const files = renderBundle({ project, name: 'shop', replicas: {}, images, router }).files;
    const [, readme, compose] = files.map(({ text }) => text);
    assert.match(compose ?? '', /image: crane\.internal\/crane\/shop-7\/web:1/);
    assert.match(compose ?? '', /image: a\n/);
    assert.match(readme ?? '', /docker save crane\.internal\/crane\/shop-7\/web:1 >/);
  });

  it('keeps apart what has the names of its router', () => {
    const text = 'services: { router: { image: a, x-crane: { route: 80 } } }\nnetworks: { default: {} }';
    const files = bundle(load(text, 'shop-7'));
    const again = load(files['compose.yaml'] ?? '', 'shop-8');
    assert.deepEqual(Object.keys(again.services), ['router']);
    assert.equal(again.services['router']?.image, 'a');
    assert.match(files['compose.yaml'] ?? '', /router-2:/);
  });

  it('never takes an ordinary word for a secret', () => {
    const text = `services:
  db:
    image: postgres:17
    command: [postgres, -c, "log=on"]
    environment: { POSTGRES_USER: postgres, POSTGRES_PASSWORD: postgres, URL: "x://postgres:postgres@db" }`;
    const { 'compose.yaml': compose = '' } = bundle(load(text, 'shop-7'));
    assert.match(compose, /image: postgres:17/);
    assert.match(compose, /URL: x:\/\/postgres:\$\{POSTGRES_PASSWORD:\?Set it in \.env\}@db/);
  });
});
