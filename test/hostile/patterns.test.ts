import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { readOpenapiDocument } from '../../tools/openapi-document.ts';
import { hostileApi } from '../factories/hostile-api.ts';
import { deployedApp, type Method } from '../factories/test-api.ts';

const length = 50_000;
/** Each comes near to some pattern, for so long that trying all ways to take it apart would not end. */
const attacks: Record<string, string> = {
  letters: `${'a'.repeat(length)}!`,
  'letters and dashes': `${'a-'.repeat(length / 2)}!`,
  'letters and dots': `${'a.'.repeat(length / 2)}!`,
  dashes: `a${'-'.repeat(length)}!`,
  digits: `${'1'.repeat(length)}!`,
  'digits and units': `${'1h'.repeat(length / 2)}!`,
  spaces: `a${' '.repeat(length)}a!`,
  slashes: `/${'a/'.repeat(length / 2)}\0`,
  colons: `${'1:'.repeat(length / 2)}!`,
  'at signs': `${'a@'.repeat(length / 2)}!`,
  base64: `${'AAAA'.repeat(length / 4)}!`,
  'an image': `${'a/'.repeat(length / 4)}a:${'b'.repeat(length / 4)}@sha256:${'c'.repeat(length / 4)}!`,
  mail: `a@${'a.'.repeat(length / 2)}!`,
  'an address': `http://${'a.'.repeat(length / 2)}:!`,
  braces: `${'{{'.repeat(length / 2)}\0`,
};

const schemaShape = z.looseObject({
  $ref: z.string().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  type: z.unknown().optional(),
  const: z.unknown().optional(),
});

const { paths, components } = await readOpenapiDocument('1');

/** Bodies of this schema in which every text is the attack, one for each form that it may have. */
function bodiesOf(raw: unknown, attack: string, depth = 0): unknown[] {
  const schema = schemaShape.parse(raw);
  if (depth > 6) return [attack];
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) return bodiesOf(components.schemas[name], attack, depth + 1);
  const forms = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (forms !== undefined) return forms.flatMap((form) => bodiesOf(form, attack, depth + 1));
  if (schema.const !== undefined) return [schema.const];
  if (schema.items !== undefined) return bodiesOf(schema.items, attack, depth + 1).map((item) => [item]);
  if (schema.properties !== undefined) {
    const members = Object.entries(schema.properties).map(
      ([key, member]) => [key, bodiesOf(member, attack, depth + 1)] as const,
    );
    const most = Math.max(1, ...members.map(([, each]) => each.length));
    return Array.from({ length: most }, (_, index) =>
      Object.fromEntries(members.map(([key, each]) => [key, each[index % each.length]])),
    );
  }
  if (typeof schema.additionalProperties === 'object')
    return bodiesOf(schema.additionalProperties, attack, depth + 1).map((value) => ({ [attack]: value }));
  return [attack];
}

const countOf = (body: unknown, attack: string): number =>
  JSON.stringify(body).split(attack.slice(0, -1)).length - 1;

/** Milliseconds of the thread's own time, the best of three: others may be at work on the same machine. */
async function ownTime(limitMs: number, work: () => Promise<unknown>): Promise<number> {
  let fastestMs = Infinity;
  for (let round = 0; round < 3 && fastestMs > limitMs; round += 1) {
    const began = process.threadCpuUsage();
    await work();
    const { user, system } = process.threadCpuUsage(began);
    fastestMs = Math.min(fastestMs, (user + system) / 1000);
  }
  return fastestMs;
}

const attackedRoutes = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([name, { requestBody }]) => {
    const method = (['POST', 'PUT', 'PATCH'] as const).find((known) => known === name.toUpperCase());
    const schema = requestBody?.content?.['application/json']?.schema;
    return method === undefined || schema === undefined ? [] : [{ method, path, schema }];
  }),
);

describe('texts that almost fit', () => {
  it('S58 50 000 characters in every field of every body: refused within 50 ms each', async (test) => {
    const { unharmed, call, store, bob } = await hostileApi(test);
    deployedApp(store, bob);
    assert.ok(attackedRoutes.length > 50);
    const slow: string[] = [];
    const judged = { refused: 0, fields: 0 };
    const ask = async (method: Method, path: string, body: unknown) => {
      const type =
        method === 'PATCH' && path.endsWith('{app}') ? 'application/merge-patch+json' : 'application/json';
      const url = path.replace('{app}', 'shop-1').replaceAll(/\{\w+\}/g, 'scaling');
      const answer = await call('ada', method, url, {
        payload: JSON.stringify(body),
        headers: { 'content-type': type },
      });
      // What holds nothing but a free text may be taken as it is.
      assert.match(
        String(answer.statusCode),
        /^(2\d\d|4\d\d)$/,
        `${method} ${path}: ${answer.body.slice(0, 300)}`,
      );
      if (answer.statusCode === 422) judged.refused += 1;
    };
    await ask('POST', '/api/v1/apps', {});
    for (const [what, attack] of Object.entries(attacks))
      for (const { method, path, schema } of attackedRoutes)
        for (const body of bodiesOf(schema, attack)) {
          const fields = countOf(body, attack);
          judged.fields += fields;
          const limitMs = 50 * Math.max(1, fields);
          const tookMs = await ownTime(limitMs, () => ask(method, path, body));
          if (tookMs > limitMs) slow.push(`${method} ${path} with ${what}: ${tookMs.toFixed()} ms`);
        }
    assert.deepEqual(slow, []);
    assert.ok(judged.refused > 800 && judged.fields > 2_000, JSON.stringify(judged));
    await unharmed('all of it', async () => undefined);
  });

  it('S58 50 000 characters in the fields of a compose file', async (test) => {
    const { call } = await hostileApi(test);
    const fields: ((attack: string) => object)[] = [
      (attack) => ({ 'x-crane': { route: { port: 80, host: attack } } }),
      (attack) => ({ 'x-crane': { route: { port: 80, path: `/${attack}` } } }),
      (attack) => ({ 'x-crane': { heal: { probe: { interval: attack } } } }),
      (attack) => ({ image: attack }),
      (attack) => ({ labels: { [attack]: 'x' } }),
      (attack) => ({ environment: { [attack]: 'x' } }),
      (attack) => ({ hostname: attack, domainname: attack, user: attack }),
      (attack) => ({ stop_grace_period: attack }),
      (attack) => ({ mem_limit: attack }),
      (attack) => ({ ports: [attack] }),
      (attack) => ({ volumes: [attack] }),
      (attack) => ({ devices: [attack], cap_add: [attack], security_opt: [attack] }),
      (attack) => ({ healthcheck: { test: attack, interval: attack } }),
      (attack) => ({ networks: { default: { ipv4_address: attack } } }),
    ];
    for (const [what, attack] of Object.entries(attacks))
      for (const [index, field] of fields.entries()) {
        const text = JSON.stringify({ services: { web: { image: 'nginx:1.27', ...field(attack) } } });
        const tookMs = await ownTime(100, () =>
          call('bob', 'POST', '/api/v1/apps', {
            payload: { name: 'odd', files: [{ path: 'c.yaml', text }] },
          }),
        );
        // Twice as much as of a field alone: the file around it is read too.
        assert.ok(tookMs <= 100, `field ${index} with ${what}: ${tookMs.toFixed()} ms`);
      }
  });

  it('S58 50 000 characters in queries and addresses', async (test) => {
    const { call, api } = await hostileApi(test);
    await api.ready();
    for (const [what, attack] of Object.entries(attacks)) {
      const text = encodeURIComponent(attack);
      for (const url of [
        `/api/v1/apps/${text}`,
        `/api/v1/decisions?cursor=${text}`,
        `/api/v1/apps/a/logs?service=${text}`,
      ]) {
        const tookMs = await ownTime(50, async () => {
          const answer = await call('bob', 'GET', url);
          assert.match(String(answer.statusCode), /^4/, `${url.slice(0, 40)}: ${answer.statusCode}`);
        });
        assert.ok(tookMs <= 50, `${url.slice(0, 40)} with ${what}: ${tookMs.toFixed()} ms`);
      }
    }
  });

  it('S58 50 000 characters in the headers that are read', async (test) => {
    const { call } = await hostileApi(test);
    for (const name of [
      'authorization',
      'if-match',
      'idempotency-key',
      'accept',
      'cookie',
      'origin',
      'content-type',
      'last-event-id',
    ])
      for (const [what, attack] of Object.entries(attacks)) {
        const value = attack.replaceAll('\0', '!');
        const tookMs = await ownTime(50, async () => {
          const answer = await call('bob', 'POST', '/api/v1/apps', {
            headers: { [name]: value },
            payload: '{}',
          });
          assert.match(String(answer.statusCode), /^4/, `${name} ${answer.statusCode}`);
        });
        assert.ok(tookMs <= 50, `${name} with ${what}: ${tookMs.toFixed()} ms`);
      }
  });
});
