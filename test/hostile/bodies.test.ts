import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { hostileApi, readRefused, type HostileApi, type Refused } from '../factories/hostile-api.ts';
import { composeText, deployedApp, portOf, type Method } from '../factories/test-api.ts';

const json = { 'content-type': 'application/json' };
const files = JSON.stringify([{ path: 'compose.yaml', text: composeText }]);

/** Bytes that go to the port as they are, piece by piece until the other side has enough, and what it says. */
async function talk(port: number, first: string, then: Iterable<string> = []): Promise<Refused> {
  const socket = connect({ port, host: '127.0.0.1' });
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  // Who is refused while he still talks is cut off.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(first);
  for (const piece of then) {
    if (socket.destroyed || answer !== '') break;
    await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
  }
  await closed;
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    type: /^content-type: (.*)$/im.exec(head)?.[1] ?? '',
    body,
  };
}

describe('bodies that no client sends', () => {
  const bodies: [what: string, body: string | Buffer, expected: RegExp][] = [
    ['a key twice', `{"name":"a","files":${files},"name":"b"}`, /^400 input\.malformed .*twice/],
    ['a key twice, in disguise', String.raw`{"n\u0061me":"a","files":${files},"name":"b"}`, /^400 .*twice/],
    ['lists 10 000 deep', `{"files":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, /^400 .*deep/],
    ['maps 10 000 deep', `${'{"files":'.repeat(10_000)}1${'}'.repeat(10_000)}`, /^400 .*deep/],
    ['a million keys', `{${Array.from({ length: 1_000_000 }, (_, n) => `"${n}":1`).join()}}`, /^413/],
    [
      'as many keys as fit',
      `{${Array.from({ length: 160_000 }, (_, n) => `"${n}":1`).join()}}`,
      /^422 .*not known here/,
    ],
    ['a lone surrogate', String.raw`{"name":"a\ud800","files":${files}}`, /^400 .*surrogate/],
    ['a lone surrogate as a key', String.raw`{"environment":{"\udfff":"x"},"files":${files}}`, /^400/],
    ['1e999', `{"name":1e999,"files":${files}}`, /^400 .*out of range/],
    ['__proto__', `{"__proto__":{"role":"admin"},"name":"a","files":${files}}`, /^400/],
    ['__proto__ deep down', `{"name":"a","files":${files},"environment":{"__proto__":"x"}}`, /^400/],
    ['constructor', `{"name":"a","files":${files},"constructor":{"prototype":{"role":"admin"}}}`, /^400/],
    ['constructor as a key', `{"name":"a","files":${files},"constructor":1}`, /^422 .*not known here/],
    [
      'bytes that are no UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      /^400 .*UTF-8/,
    ],
    ['UTF-16', Buffer.from(`{"name":"a","files":${files}}`, 'utf16le'), /^400/],
    ['nothing but white space', '   ', /^400/],
    ['two documents', '{}{}', /^400/],
    ['a comment', '{/* */}', /^400/],
    ['NaN', '{"name":NaN}', /^400/],
  ];

  it('S55 JSON that two readers understand differently, or that is built to hurt', async (test) => {
    const { refused, call } = await hostileApi(test);
    const [proto, keys] = [Object.getOwnPropertyNames(Object.prototype).length, Object.keys({}).length];
    for (const [what, payload, expected] of bodies)
      await refused(what, expected, () => call('bob', 'POST', '/api/v1/apps', { payload, headers: json }));
    for (const [method, url, type] of [
      ['PATCH', '/api/v1/apps/shop-1', 'application/merge-patch+json'],
      ['POST', '/api/v1/hooks/1', 'application/json'],
      ['POST', '/api/v1/alerts/grafana', 'application/json'],
      ['POST', '/api/v1/auth/login', 'application/json'],
      ['POST', '/api/v1/setup', 'application/json'],
    ] satisfies [Method, string, string][])
      await refused(`${method} ${url}`, /^400 input\.malformed .*twice/, () =>
        call('ada', method, url, { payload: '{"a":1,"a":2}', headers: { 'content-type': type } }),
      );
    assert.deepEqual(
      [Object.getOwnPropertyNames(Object.prototype).length, Object.keys({}).length],
      [proto, keys],
    );
  });

  it('S55 keys of a prototype in a compose file are names as any other', async (test) => {
    const { call, store } = await hostileApi(test);
    const text = '{"services":{"constructor":{"image":"nginx:1.27"},"toString":{"image":"nginx:1.27"}}}';
    const payload = { name: 'odd', files: [{ path: 'compose.yaml', text }] };
    const answer = await call('bob', 'POST', '/api/v1/apps:check', { payload });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.deepEqual(store.apps.list({ kind: 'all' }), []);
  });
});

describe('requests that do not end, or grow', () => {
  /** It listens, and looks after slow senders in a hundredth of the time. */
  async function listening(made: HostileApi): Promise<{ port: number; url: string }> {
    const { server } = made.api;
    assert.equal(server.headersTimeout, 10_000);
    assert.equal(server.requestTimeout, 300_000);
    server.headersTimeout = 100;
    server.requestTimeout = 300;
    await made.api.listen({ host: '127.0.0.1', port: 0 });
    return { port: portOf(made.api), url: `http://127.0.0.1:${portOf(made.api)}` };
  }
  const head = (more: string): string =>
    `POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${more}\r\n\r\n`;

  it('S56 a body without end is left as soon as it is too large', async (test) => {
    const made = await hostileApi(test);
    const { port } = await listening(made);
    let sent = 0;
    function* endless(): Iterable<string> {
      while (sent < 1_000) {
        sent += 1;
        yield `100000\r\n${'x'.repeat(1_048_576)}\r\n`;
      }
    }
    await made.refused('a gigabyte in pieces', /^413 input\.too_large/, () =>
      talk(port, head('Transfer-Encoding: chunked'), endless()),
    );
    assert.ok(sent < 200, `${sent} MiB were taken before the answer was read`);
    await made.refused('a gigabyte by its own word', /^413/, () =>
      talk(port, head('Content-Length: 1000000000')),
    );
  });

  it('S56 who sends a byte at a time is not waited for', async (test) => {
    const made = await hostileApi(test);
    const { port } = await listening(made);
    await made.refused('a body that does not come', /^408 .*too long/, () =>
      talk(port, head('Content-Length: 20'), ['{']),
    );
    await made.refused('headers that do not come', /^408 .*too long/, () =>
      talk(port, 'POST /api/v1/auth/login HTTP/1.1\r\nHost: ', ['1']),
    );
  });

  it('S56 headers of 64 KB, one or many', async (test) => {
    const made = await hostileApi(test);
    const { port } = await listening(made);
    await made.refused('one', /^431/, () => talk(port, head(`X-Long: ${'x'.repeat(65_536)}`)));
    const many = Array.from({ length: 2_000 }, (_, n) => `X-${n}: ${'x'.repeat(25)}`).join('\r\n');
    await made.refused('many', /^431/, () => talk(port, head(many)));
    await made.refused('an address', /^431/, () =>
      talk(port, `GET /${'x'.repeat(65_536)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`),
    );
  });

  it('S56 a body that is packed is not unpacked', async (test) => {
    const { refused, call } = await hostileApi(test);
    const payload = gzipSync(Buffer.alloc(100_000_000, 0x20));
    for (const coding of ['gzip', 'GZIP', 'br', 'deflate', 'identity, gzip', 'x'.repeat(1_000)])
      await refused(coding.slice(0, 20), /^415 input\.media_type/, () =>
        call('bob', 'POST', '/api/v1/apps', { payload, headers: { ...json, 'content-encoding': coding } }),
      );
    await refused('without saying so', /^400/, () =>
      call('bob', 'POST', '/api/v1/apps', { payload, headers: json }),
    );
  });

  it('S56 two lengths, or a length and pieces, are no request', async (test) => {
    const made = await hostileApi(test);
    const { port } = await listening(made);
    for (const [what, lines] of [
      ['two lengths', 'Content-Length: 5\r\nContent-Length: 6'],
      ['both', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
      ['negative', 'Content-Length: -1'],
      ['unknown coding', 'Transfer-Encoding: xchunked'],
    ] as const)
      await made.refused(what, /^400 input\.malformed/, () => talk(port, head(lines)));
  });
});

describe('types that do not fit', () => {
  it('S59 a body of another type, or of none', async (test) => {
    const { refused, call } = await hostileApi(test);
    const payload = `{"name":"a","files":${files}}`;
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'application/x-tar',
      'x',
      '',
    ])
      await refused(type, /^415 input\.media_type/, () =>
        call('bob', 'POST', '/api/v1/apps', { payload, headers: { 'content-type': type } }),
      );
    for (const url of ['/api/v1/contexts', '/api/v1/apps/shop-1/files?path=/'])
      await refused(url, /^(415 input\.media_type|404 app)/, () =>
        call('bob', 'POST', url, { payload, headers: json }),
      );
  });

  it('S59 an answer of a type that is not given', async (test) => {
    const made = await hostileApi(test);
    const { refused, call, store, bob } = made;
    deployedApp(store, bob);
    for (const url of ['/api/v1/apps', '/api/v1/apps/shop-1', '/api/v1/events', '/api/v1/version'])
      for (const accept of ['image/png', 'text/html', '*/*;q=0', 'application/jsonx'])
        await refused(`${url} as ${accept}`, /^406 input\.not_acceptable/, () =>
          call('bob', 'GET', url, { headers: { accept } }),
        );
    await refused('a change', /^406/, () =>
      call('bob', 'POST', '/api/v1/apps/shop-1/stop', { headers: { accept: 'image/png' } }),
    );
    for (const accept of [
      'application/json',
      'application/*',
      'image/png, */*;q=0.1',
      'APPLICATION/JSON',
      '',
    ])
      assert.equal(
        (await call('bob', 'GET', '/api/v1/apps', { headers: { accept } })).statusCode,
        200,
        accept,
      );
    await made.api.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${portOf(made.api)}/api/v1/apps/shop-1/compose`;
    const headers = { authorization: 'Bearer crane_bob', accept: 'image/png' };
    await refused('YAML', /^406 .*text\/yaml/, async () => readRefused(await fetch(url, { headers })));
  });
});
