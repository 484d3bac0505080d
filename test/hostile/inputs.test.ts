import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InjectOptions } from 'fastify';
import { z } from 'zod';
import { readOpenapiDocument } from '../../tools/openapi-document.ts';
import { hostileApi, lookAt, refusalOf } from '../factories/hostile-api.ts';
import { bodyOf, composeText, deployedApp, itemsOf, problemOf, type Method } from '../factories/test-api.ts';

const { paths } = await readOpenapiDocument('1');
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const routes = Object.entries(paths).flatMap(([path, item]) =>
  Object.keys(item).map((name) => {
    const method = methods.find((known) => known === name.toUpperCase());
    assert.ok(method);
    return { method, path };
  }),
);
const files = [{ path: 'compose.yaml', text: composeText }];
const merge = { 'content-type': 'application/merge-patch+json' };
const bytes = { 'content-type': 'application/x-tar' };

/** A body of the type that a route reads, which says nothing. */
const emptyBody = (method: Method, path: string): InjectOptions => {
  if (method === 'GET' || method === 'DELETE') return {};
  if (/\/(files|contexts)$/.test(path)) return { payload: Buffer.alloc(1_024), headers: bytes };
  return { payload: '{}', headers: method === 'PATCH' ? merge : { 'content-type': 'application/json' } };
};

describe('addresses that name nothing', () => {
  const refs: [what: string, ref: string][] = [
    ['NUL', '%00'],
    ['a name with a NUL', 'shop-1%00'],
    ['a path', '..%2f..%2fetc%2fpasswd'],
    ['dots', '%2e%2e%2fusers'],
    ['ten kilobytes', 'x'.repeat(10_000)],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    ['toString', 'toString'],
    ['an emoji', encodeURIComponent('🦆')],
    ['half an emoji', '%f0%9f'],
    ['SQL', encodeURIComponent("' OR 1=1 --")],
    ['a number beyond all', '9'.repeat(400)],
    ['below nothing', '-1'],
    ['a line end', '%0d%0aSet-Cookie:x'],
    ['a percent', '%25s%25n'],
    ['a star', '*'],
  ];

  it('S60 every route with an id that is none: never found, never a fault, never a change', async (test) => {
    const { unharmed, call, store, bob } = await hostileApi(test);
    deployedApp(store, bob);
    const named = routes.filter(({ path }) => path.includes('{'));
    assert.ok(named.length > 80);
    for (const [what, ref] of refs)
      await unharmed(what, async () => {
        for (const { method, path } of named) {
          const answer = await call('ada', method, path.replaceAll(/\{\w+\}/g, ref), emptyBody(method, path));
          refusalOf(`${method} ${path} with ${what}`, /^(400|401|404|405|414|415|422) /, lookAt(answer));
        }
      });
  });

  it("S60 an app of one's own with a sub-id that is none", async (test) => {
    const { refused, call, store, bob } = await hostileApi(test);
    deployedApp(store, bob);
    const nested = routes.filter(({ path }) => /\{app\}.*\{/.test(path) && !path.includes('{kind}'));
    assert.ok(nested.length >= 5);
    for (const [what, ref] of refs)
      for (const { method, path } of nested) {
        const url = path.replace('{app}', 'shop-1').replaceAll(/\{\w+\}/g, ref);
        await refused(`${method} ${path} with ${what}`, /^(400|403|404|405|414|422) /, () =>
          call('bob', method, url),
        );
      }
  });
});

describe('texts that are more than text', () => {
  const metas = [
    "' OR '1'='1",
    "'; DROP TABLE apps; --",
    '%',
    '_',
    '\\',
    '"',
    '1 UNION SELECT secret FROM tokens',
    '`',
    ')',
  ];

  it('S61 metacharacters of SQL in queries are letters, or refused', async (test) => {
    const { call, store, bob, cid } = await hostileApi(test);
    deployedApp(store, bob);
    deployedApp(store, cid);
    const queries = Object.entries(paths).flatMap(([path, item]) => {
      const { parameters = [] } = z
        .object({ parameters: z.array(z.object({ name: z.string(), in: z.string() })).optional() })
        .parse(item['get'] ?? {});
      const isStream = /\/(events|logs|stats|exec|run|files)$/.test(path);
      return isStream
        ? []
        : parameters.filter((each) => each.in === 'query').map(({ name }) => ({ path, name }));
    });
    assert.ok(queries.length > 15);
    for (const { path, name } of queries)
      for (const meta of metas) {
        const url = `${path.replace('{app}', 'shop-2').replaceAll(/\{\w+\}/g, '1')}?${name}=${encodeURIComponent(meta)}`;
        const answer = await call('cid', 'GET', url);
        assert.ok(answer.statusCode < 500, `${url}: ${answer.body}`);
        assert.ok(!answer.body.includes('shop-1'), `${url} shows what is another's`);
      }
    assert.equal(store.apps.list({ kind: 'all' }).length, 2);
  });

  it('S61 metacharacters of SQL in what is stored come back as they are', async (test) => {
    const { call } = await hostileApi(test);
    for (const name of metas) {
      const made = await call('bob', 'POST', '/api/v1/me/tokens', { payload: { name } });
      assert.equal(made.statusCode, 201, made.body);
    }
    const names = itemsOf(await call('bob', 'GET', '/api/v1/me/tokens')).map(({ name }) => name);
    for (const name of metas) assert.ok(names.includes(name), name);
    for (const name of metas)
      problemOf(
        await call('bob', 'POST', '/api/v1/apps', { payload: { name, files } }),
        422,
        'input.invalid',
      );
  });

  /** Each looks like another name, or like none. */
  const names: [what: string, name: string][] = [
    ['right to left', 'shop\u202epohs'],
    ['isolated', '\u2066shop\u2069'],
    ['a mark of direction', 'shop\u200f'],
    ['a space without width', 'sh\u200bop'],
    ['a joiner', 'sh\u200dop'],
    ['a byte order mark', '\ufeffshop'],
    ['a soft hyphen', 'sh\u00adop'],
    ['a filler', '\u3164'],
    ['a blank of Braille', '\u2800'],
    ['a selector', 'shop\ufe0f'],
    ['a tag', 'shop\u{e0041}'],
    ['letters of two scripts', 'sh\u043ep'],
    ['Greek among Latin', 'ad\u03b1'],
    ['decomposed', 'cafe\u0301'],
    ['a line separator', 'a\u2028b'],
    ['a tabulator', 'a\tb'],
    ['an escape', 'a\u001b[31mb'],
    ['a NUL', 'a\0b'],
    ['of private use', 'a\ue000'],
    ['nothing but spaces', '   '],
  ];

  it('S64 names that look like others, or like none, are refused wherever something is named', async (test) => {
    const { refused, call, store, bob } = await hostileApi(test);
    deployedApp(store, bob);
    const password = 'correct horse battery';
    const askers: Record<
      string,
      (name: string) => [who: string, method: Method, url: string, payload: object]
    > = {
      app: (name) => ['bob', 'POST', '/api/v1/apps', { name, files }],
      'renamed app': (name) => ['bob', 'POST', '/api/v1/apps/shop-1/rename', { name }],
      clone: (name) => ['bob', 'POST', '/api/v1/apps/shop-1/clone', { name }],
      person: (name) => ['ada', 'POST', '/api/v1/users', { name, password }],
      group: (name) => ['ada', 'POST', '/api/v1/groups', { name }],
      token: (name) => ['bob', 'POST', '/api/v1/me/tokens', { name }],
      hook: (name) => ['bob', 'POST', '/api/v1/apps/shop-1/hooks', { name }],
      source: (name) => ['ada', 'POST', '/api/v1/alert-sources', { name, kind: 'generic' }],
      target: (name) => ['ada', 'POST', '/api/v1/notification-targets', { name, kind: 'inbox' }],
      rule: (name) => [
        'bob',
        'POST',
        '/api/v1/apps/shop-1/rules',
        { name, service: 'web', forMs: 0, severity: 'info', kind: 'preset', preset: 'down', above: 0 },
      ],
      service: (name) => [
        'bob',
        'POST',
        '/api/v1/apps',
        {
          name: 'odd',
          files: [{ path: 'c.yaml', text: JSON.stringify({ services: { [name]: { image: 'a' } } }) }],
        },
      ],
    };
    for (const [kind, ask] of Object.entries(askers))
      for (const [what, name] of names) {
        const [who, method, url, payload] = ask(name);
        await refused(`${kind}: ${what}`, /^422 /, () => call(who, method, url, { payload }));
      }
  });

  it('S64 what is no name may be written in any script', async (test) => {
    const { call, store, bob } = await hostileApi(test);
    deployedApp(store, bob);
    const reason = 'Wartung \u202eabc\u202c — \u043f\u043b\u0430\u043d, cafe\u0301';
    const payload = { forMs: 60_000, reason };
    const made = await call('bob', 'PUT', '/api/v1/apps/shop-1/maintenance', { payload });
    assert.equal(made.statusCode, 200, made.body);
    assert.ok(made.body.includes('\u202e'), 'it is kept as it was written');
    for (const name of ['Ñandú', '日本語のトークン', 'план', 'café', "O'Brien & Sons"])
      assert.equal(
        bodyOf(await call('bob', 'POST', '/api/v1/me/tokens', { payload: { name } }))['token'] !== undefined,
        true,
        name,
      );
  });
});
