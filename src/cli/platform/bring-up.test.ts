import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { createStream } from '../output/terminal.ts';
import { runCli } from '../program.ts';
import { noTerminal } from '../../../test/factories/cli/call-crane.ts';
import { createSettings } from '../settings.ts';
import { bringUp } from './bring-up.ts';
import { isReady, stopControlPlane } from './control-plane.ts';

const root = mkdtempSync(join(tmpdir(), 'crane-up-'));
after(() => rmSync(root, { recursive: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** A platform whose verbs and control plane are one small script. */
async function createPlatform(name: string, serve = 'listen()') {
  const dataDir = mkdtempSync(join(root, `${name}-`));
  const port = await freePort();
  const mainFile = join(dataDir, 'main.mjs');
  writeFileSync(join(dataDir, 'setup-token'), 'once\n');
  writeFileSync(
    mainFile,
    `import { createServer } from 'node:http';
     const say = (line) => console.log(JSON.stringify(line));
     const user = { id: 1, name: 'ann', role: 'admin', createdAt: 0 };
     function listen() {
       const server = createServer((request, response) => {
         const isKnown = request.headers.authorization === 'Bearer crane_x';
         if (request.url.startsWith('/api/v1/events')) {
           const event = { seq: 1, at: 0, kind: 'part.up', app: null, text: 'opa is back', data: {} };
           response.writeHead(200, { 'content-type': 'text/event-stream' });
           response.write('id: 1\\ndata: ' + JSON.stringify(event) + '\\n\\n');
           return;
         }
         const answers = {
           'GET /readyz': [200, { status: 'ok' }],
           'POST /api/v1/setup': [200, { user, token: 'crane_x' }],
           'GET /api/v1/me': isKnown ? [200, user] : [401, { code: 'auth.invalid', detail: 'no', exitCode: 1 }],
         };
         const [status, body] = answers[request.method + ' ' + request.url] ?? [404, { code: 'route.not_found', detail: 'no' }];
         response.writeHead(status, { 'content-type': 'application/json' });
         response.end(JSON.stringify(body));
       });
       server.listen(${port}, '127.0.0.1');
       process.on('SIGTERM', () => process.exit(0));
       setTimeout(() => process.exit(9), 60_000);
     }
     if (process.argv[2] === 'up') {
       say({ at: 1, step: 'engine', state: 'done', text: 'Docker 20.10.24' });
       say({ result: ${JSON.stringify({ url: `http://127.0.0.1:${port}`, dataDir, setupTokenPath: join(dataDir, 'setup-token'), logPath: join(dataDir, 'crane.log'), program: mainFile })} });
     } else if (process.argv[2] === 'serve') { ${serve}; }`,
  );
  let out = '';
  let err = '';
  const interruption = new AbortController();
  const context: CliContext = {
    terminal: {
      out: createStream((text) => {
        out += text;
        // What a person would do who has seen enough.
        if (out.includes('opa is back')) interruption.abort();
      }),
      err: createStream((text) => (err += text)),
    },
    raw: noTerminal,
    settings: createSettings({ CRANE_DATA: dataDir }),
    mainFile,
    signal: interruption.signal,
    setExitCode: () => {},
  };
  return {
    context,
    dataDir,
    port,
    out: () => out,
    err: () => err,
    lines: createProgressLines(context.terminal.err),
    interrupt: () => interruption.abort(),
  };
}

describe('crane up', () => {
  test('starts the control plane once, and logs the person at this machine in', async () => {
    const { context, dataDir, port, lines, err } = await createPlatform('good');
    const brought = await bringUp(context, lines);
    assert.ok(brought.child !== null);
    try {
      assert.equal(brought.user, 'ann');
      assert.equal(context.settings.token(brought.url), 'crane_x');
      assert.equal(context.settings.url(), `http://127.0.0.1:${port}`);
      assert.equal(statSync(join(dataDir, 'credentials.json')).mode & 0o777, 0o600);
      assert.match(err(), /✔ Docker 20\.10\.24/);
      assert.match(err(), /The control plane is ready/);

      const again = await bringUp(context, lines);
      assert.equal(again.child, null, 'the running one is left alone');
      assert.equal(again.user, 'ann');

      assert.equal(await runCli(['up'], context), 0);
    } finally {
      await stopControlPlane(brought.child);
    }
    assert.ok(brought.child.exitCode === 0 || brought.child.signalCode !== null);
  });

  test('stays and shows what happens; Ctrl-C stops the control plane and nothing else', async () => {
    const { context, port, out, err } = await createPlatform('stay');
    assert.equal(await runCli(['up'], context), 0);
    assert.match(out(), /part\.up +opa is back/);
    assert.match(err(), /Stopped\. Parts and apps keep running/);
    assert.equal(await isReady(`http://127.0.0.1:${port}`, new AbortController().signal), false);
  });

  test('tells the end of the log when the control plane does not start', async () => {
    const { context, lines } = await createPlatform(
      'bad',
      `console.error('port 7070 is taken'); process.exit(3)`,
    );
    await assert.rejects(
      bringUp(context, lines),
      (error) =>
        error instanceof CliError &&
        /exit code 3/.test(error.message) &&
        /port 7070 is taken/.test(error.message),
    );
  });

  test('does not take the last word of an earlier start for its own', async () => {
    const { context, lines, dataDir } = await createPlatform('earlier', 'process.exit(3)');
    const earlier = { error: { code: 'port.taken', message: 'Port 8080 is taken.', fix: 'Free it.' } };
    writeFileSync(join(dataDir, 'crane.log'), `${JSON.stringify(earlier)}\n`);
    await assert.rejects(
      bringUp(context, lines),
      (error) => error instanceof CliError && error.problem.code === 'platform.failed',
    );
  });

  test('interrupted while the control plane starts, it stops that again and says so', async () => {
    const { context, lines, interrupt } = await createPlatform('slow', 'setTimeout(() => {}, 30_000)');
    const rejected = assert.rejects(
      bringUp(context, { ...lines, show: (step) => step.step === 'control-plane' && interrupt() }),
      (error) =>
        error instanceof CliError && error.exitCode === 130 && /crane up/.test(error.problem.fix ?? ''),
    );
    await rejected;
  });
});
