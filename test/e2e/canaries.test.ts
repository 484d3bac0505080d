import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { createInstallation, type Run, type TestInstallation } from '../factories/installation.ts';
import { tarOf } from '../factories/probe-image.ts';
import { serveRegistry } from '../factories/small-registry.ts';

const canary = (what: string): string => `canary-${what}-${randomBytes(9).toString('hex')}`;

/** What people hand in: each must be found nowhere afterwards. */
const planted = {
  storedSecret: canary('stored'),
  changedSecret: canary('changed'),
  environmentSecret: canary('environment'),
  registryPassword: canary('registry'),
  userPassword: canary('password'),
  mailPassword: canary('mail'),
  slackPath: canary('slack'),
  routingKey: canary('routing'),
};
const made = z.object({ secret: z.string().min(16) });
const credentials = z.record(z.string(), z.unknown());
const streamMs = 1_500;
/**
 * Files that hold a secret for the program that reads it, in a folder that nobody else may enter: the command line's own login, and
 * Alertmanager's settings, from which it takes the key of PagerDuty.
 */
const readers: Readonly<Record<string, readonly string[]>> = {
  'credentials.json': ['own token'],
  'alertmanager.yml': ['routingKey'],
};

/** As it is, and as it looks when something was made of it on the way. */
const formsOf = (text: string): string[] => [
  text,
  Buffer.from(text).toString('base64').replace(/=+$/, ''),
  Buffer.from(text).toString('base64url'),
  Buffer.from(text).toString('hex'),
  encodeURIComponent(text),
];

describe('secrets that went in', () => {
  let crane: TestInstallation;
  let folder: string;
  const closers: (() => void | Promise<void>)[] = [];
  const secrets = new Map<string, string>();
  const said: { where: string; text: string }[] = [];
  let token = '';

  const run = async (...args: string[]): Promise<Run> => {
    const ended = await crane.crane(args, { cwd: folder, env: { CANARY: planted.environmentSecret } });
    said.push({ where: `crane ${args.join(' ')}`, text: ended.out + ended.err });
    return ended;
  };
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${crane.apiUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  /** One that Crane makes, and tells this once. */
  const make = async (what: string, path: string, body: unknown): Promise<void> => {
    secrets.set(what, made.parse(await ask('POST', path, body)).secret);
  };
  const writeFile = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const compose = (name: string, image: string, more: object = {}): void => {
    const web = { image, secrets: ['stored', 'varied'], 'x-crane': { route: 8080 }, ...more };
    const top = { stored: { external: true }, varied: { environment: 'CANARY' } };
    writeFile('compose.yaml', JSON.stringify({ name, services: { web }, secrets: top }));
  };

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'canaries-'));
    for (const [what, text] of Object.entries(planted)) secrets.set(what, text);
    const tar = await buffer(Readable.from(tarOf({ part: Buffer.from(folder) })));
    const login = { user: 'ann', password: planted.registryPassword };
    const image = await serveRegistry(
      { after: (work) => closers.push(work) },
      `team/${crane.prefix}`,
      tar,
      login,
    );
    mkdirSync(join(folder, 'docker'));
    const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64');
    const host = image.slice(0, image.indexOf('/'));
    writeFile('docker/config.json', JSON.stringify({ auths: { [host]: { auth } } }));
    const up = await crane.crane(['up', '--detach'], { env: { DOCKER_CONFIG: join(folder, 'docker') } });
    assert.equal(up.code, 0, up.err);
    const kept = credentials.parse(JSON.parse(readFileSync(join(crane.data, 'credentials.json'), 'utf8')));
    token = /crane_[A-Za-z0-9_-]{20,}/.exec(JSON.stringify(kept))?.[0] ?? assert.fail('no token was kept');
    secrets.set('own token', token);
    await plant(image);
  });
  after(async () => {
    for (const close of closers) await close();
    await crane?.purge();
    rmSync(folder, { recursive: true, force: true });
  });

  async function plant(image: string): Promise<void> {
    compose('shop', 'crane/whoami:1');
    const first = await run('deploy', '--secret', `stored=${writeFile('stored', planted.storedSecret)}`);
    assert.equal(first.code, 0, first.err);
    const changed = writeFile('changed', planted.changedSecret);
    const applied = await run('secret', 'set', 'shop-1', 'stored', '--file', changed, '--apply');
    assert.equal(applied.code, 0, applied.err);
    await ask('POST', '/users', { name: 'bob', password: planted.userPassword });
    await make('token', '/me/tokens', { name: 'ci', expiresInSeconds: 3_600 });
    await make('deploy hook', '/apps/shop-1/hooks', {});
    await make('webhook', '/webhooks', { url: 'https://hooks.example.com/x' });
    await make('alert source', '/alert-sources', { name: 'zabbix', format: 'grafana' });
    const place = { kind: 'smtp', host: 'mail.example.com', user: 'u', password: planted.mailPassword };
    const mail = { ...place, from: 'a@example.com', to: ['b@example.com'] };
    await ask('POST', '/notification-targets', { name: 'mail', place: mail });
    const slack = { kind: 'slack', url: `https://hooks.slack.example.com/${planted.slackPath}` };
    await ask('POST', '/notification-targets', { name: 'slack', place: slack });
    const pager = { kind: 'pagerduty', routingKey: planted.routingKey };
    await ask('POST', '/notification-targets', { name: 'pager', place: pager });
    // From a registry with a login, and with nothing in it that could run.
    compose('broken', image);
    const broken = await run('deploy', '--secret', `stored=${writeFile('stored', planted.storedSecret)}`);
    assert.notEqual(broken.code, 0, 'an image without a program ran');
    assert.match(broken.err, /scan/);
    const refused = await run('set', 'shop-1', 'web.image=absent.example.com/none:1');
    assert.notEqual(refused.code, 0, 'an image that is not there ran');
    await run('rollback', 'shop-1');
    await run('secret', 'rotate-key');
    await run('secret', 'rm', 'shop-1', 'stored');
  }

  /** Fails with where it stands, and never with what it is. */
  function assertNowhere(where: string, content: Buffer | string, but: readonly string[] = []): void {
    for (const [what, text] of secrets) {
      if (but.includes(what)) continue;
      for (const form of formsOf(text)) assert.ok(!content.includes(form), `${what} stands in ${where}`);
    }
  }

  it('S22 stand in no file that Crane writes', async () => {
    const files = await readdir(crane.data, { recursive: true, withFileTypes: true });
    const written = files.filter((entry) => entry.isFile());
    assert.ok(
      written.some(({ name }) => name === 'crane.db') && written.some(({ name }) => name === 'crane.log'),
    );
    for (const file of written) {
      assertNowhere(file.name, await readFile(join(file.parentPath, file.name)), readers[file.name] ?? []);
    }
  });

  it('S22 are told by no command', async () => {
    for (const args of [
      ['ls'],
      ['events', '--no-follow'],
      ['history', 'shop-1'],
      ['logs', 'shop-1'],
      ['config', '--app', 'shop-1'],
      ['secret', 'ls', 'shop-1', '--json'],
      ['scan', 'shop-1', '--format', 'cyclonedx'],
      ['audit', 'export'],
      ['diff', '--app', 'shop-1'],
      ['notify', 'ls', '--json'],
      ['export', 'shop-1', '-o', join(folder, 'bundle')],
    ])
      await run(...args);
    for (const { where, text } of said) assertNowhere(where, text);
    const bundle = await readdir(join(folder, 'bundle'), { recursive: true, withFileTypes: true });
    assert.ok(bundle.some(({ name }) => name === 'compose.yaml'));
    for (const file of bundle.filter((entry) => entry.isFile()))
      assertNowhere(`the bundle's ${file.name}`, await readFile(join(file.parentPath, file.name)));
  });

  it('S22 are answered by no request', async () => {
    const document = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(await ask('GET', '/openapi.json'));
    const paths = Object.entries(document.paths).flatMap(([path, methods]) =>
      'get' in methods && path.startsWith('/api/')
        ? [path.replace('{app}', 'shop-1').replace('{service}', 'web')]
        : [],
    );
    const plain = paths.filter((path) => !path.includes('{'));
    assert.ok(plain.length > 30, 'there are more requests than that');
    for (const path of plain) assertNowhere(path, await textOf(`${crane.apiUrl}${path}`));
  });

  it('S22 are in nothing that the engine knows of the instances', async () => {
    const instances = await crane.instances();
    assert.ok(instances.length > 0);
    for (const { id, name } of instances)
      assertNowhere(name, JSON.stringify(await crane.engine.containers.inspect(id)));
  });

  /** A stream is read for a moment. */
  async function textOf(url: string): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      const signal = AbortSignal.timeout(streamMs);
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal });
      for await (const part of answer.body ?? []) text += decoder.decode(part, { stream: true });
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    }
    return text;
  }
});
