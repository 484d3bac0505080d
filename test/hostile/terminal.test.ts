import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { createCaller } from '../factories/cli/call-crane.ts';
import { someDecision } from '../factories/core-values.ts';
import { portOf as portOfServer } from '../factories/part-server.ts';
import { memoryStore, tempFolder } from '../factories/temp-store.ts';
import { composeText, deployedApp, portOf, testApi } from '../factories/test-api.ts';

/** A link, the clipboard, the title, the screen, a colour of the eight-bit set, another line, another reading order, a device's answer. */
const evil =
  '\u001b]8;;http://evil.example\u0007x\u001b]8;;\u0007\u001b]52;c;ZXZpbA==\u0007\u001b]0;t\u001b\\\u001b[2J\u009b31m\r\u202e\u007f\u001bP$q"p\u001b\\';
// oxlint-disable-next-line no-control-regex -- a terminal must not get these
const hostile = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

// oxlint-disable-next-line no-control-regex -- colours are no harm
const colour = /\u001b\[[0-9;]*m/g;

/** Every text of a document with `evil` behind it, the names of members too where they are somebody's. */
function poison(value: unknown): unknown {
  if (typeof value === 'string') return value + evil;
  if (Array.isArray(value)) return value.map(poison);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poison(item)]));
}

function poisonBody(body: string, type: string): string {
  if (type.includes('json')) return JSON.stringify(poison(JSON.parse(body)));
  if (!type.includes('event-stream')) return body + evil;
  return body.replaceAll(
    /^data: (.*)$/gm,
    (_line, data: string) => `data: ${JSON.stringify(poison(JSON.parse(data)))}`,
  );
}

/** A control plane that adds escape sequences to every text the real API says. */
async function evilServer(test: TestContext, port: number): Promise<string> {
  const server = createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const passed = ask(
      { port, host: '127.0.0.1', method, path: url.replaceAll('%1B', ''), headers },
      (answer) => {
        void text(answer).then((body) => {
          const { 'content-length': _length, ...rest } = answer.headers;
          const type = answer.headers['content-type'] ?? '';
          response.writeHead(answer.statusCode ?? 500, rest).end(body === '' ? '' : poisonBody(body, type));
        });
      },
    );
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${portOfServer(server)}`;
}

/** Those of this machine, those that ask a person, those that hold a connection until Ctrl-C, and those that show nothing of a server. */
const elsewhere =
  /^(up|down|ui|doctor|demo|prepare|login|logout|ca (help|trust)|exec|run|cp|build|import|break-glass|second-factor (?:on|off|codes|confirm)|secret set|completion|version|config$|config --images)|--follow|-f --tail|^events( --all|$)|^scan db import|^load |--app \S+ --secret|--secret -|--file/;

/** The command lines of the manual, as words. */
function examples(): string[][] {
  const manual = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  return [...manual.matchAll(/^\$ crane (.*?)(?: {2,}#.*| [<>|] .*)?$/gm)]
    .map(([, line = '']) => line.trim())
    .filter((line) => !elsewhere.test(line))
    .map((line) => [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? ''));
}

describe('a server that lies to a terminal', () => {
  for (const { isJson, hasColours, what } of [
    { isJson: false, hasColours: false, what: '' },
    { isJson: false, hasColours: true, what: ', where colours are shown' },
    { isJson: true, hasColours: false, what: ', inside JSON' },
  ])
    it(`S67 every command of the manual spells its escape sequences out${what}`, async (test) => {
      const line = { instance: 'web-1-1', stream: 'stdout', at: 1, text: 'hello' } as const;
      const made = await testApi(test, { lines: [line] }, memoryStore(test));
      const { store, ada, api } = made;
      const app = deployedApp(store, ada);
      store.decisions.record(someDecision({ appId: app.id, id: 'd-01k2' }));
      await api.listen({ host: '127.0.0.1', port: 0 });
      const folder = tempFolder(test);
      writeFileSync(join(folder, 'compose.yaml'), composeText);
      const url = await evilServer(test, portOf(api));
      const crane = createCaller(folder, url, { isTty: true, hasColours });
      const leaks: string[] = [];
      let spelled = 0;
      for (const words of examples()) {
        const argv = words.map((word) => (word === 'compose.yaml' ? join(folder, word) : word));
        const more = isJson && !argv.includes('--json') ? ['--json'] : [];
        const wait = ['deploy', 'scale', 'restart', 'stop', 'start', 'rm'].includes(argv[0] ?? '')
          ? ['--no-wait']
          : [];
        const { out, err } = await crane([...argv, ...wait, ...more], { CRANE_TOKEN: 'crane_ada' });
        const printed = (out + err).replaceAll(colour, (sequence) => (hasColours ? '' : sequence));
        const place = printed.search(hostile);
        if (place >= 0)
          leaks.push(
            `crane ${argv.join(' ')}: ${JSON.stringify(printed.slice(Math.max(0, place - 30), place + 5))}`,
          );
        if (/\\x1b|\\u001b/.test(out + err)) spelled += 1;
      }
      assert.deepEqual(leaks, []);
      assert.ok(spelled > 60, `${spelled} commands showed what the server said`);
    });
});
