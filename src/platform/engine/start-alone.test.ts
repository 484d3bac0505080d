import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { tempFolder } from '../../../test/factories/temp-store.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { createEngineClient } from '../../runtime/docker/client/engine-client.ts';
import type { ProgressLine } from '../progress.ts';
import type { Daemon } from './daemon.ts';
import { isDaemonAlive, removeStaleFiles } from './daemon.ts';
import { startAlone } from './ensure-engine.ts';

/** An engine that is one small program: it does `body` and, when told to `serve()`, answers a ping. */
function fakeEngine(test: TestContext, body: string) {
  const folder = mkdtempSync(join(tmpdir(), 'crane-engine-'));
  const socket = join(folder, 'docker.sock');
  const script = join(folder, 'dockerd.mjs');
  writeFileSync(
    script,
    `import { createServer } from 'node:http';
     import { writeFileSync } from 'node:fs';
     function serve() {
       createServer((request, response) => response.setHeader('Api-Version', '1.41').end('OK')).listen(${JSON.stringify(socket)});
       setTimeout(() => process.exit(9), 20_000);
     }
     writeFileSync(${JSON.stringify(join(folder, 'real.pid'))}, String(process.pid));
     ${body}`,
  );
  const daemon: Daemon = {
    command: process.execPath,
    arguments: [script],
    pidFiles: [join(folder, 'docker.pid'), join(folder, 'containerd.pid')],
    sockets: [join(folder, 'containerd.sock')],
  };
  const client = createEngineClient({ endpoint: { kind: 'socket', path: socket } });
  test.after(() => {
    client.close();
    try {
      process.kill(Number(readFileSync(join(folder, 'real.pid'), 'utf8')), 'SIGKILL');
    } catch {
      // it ended by itself
    }
    rmSync(folder, { recursive: true, force: true });
  });
  const lines: Omit<ProgressLine, 'at'>[] = [];
  const logFolder = join(folder, 'logs');
  const start = (): Promise<void> =>
    startAlone(
      {
        client,
        environment: process.env,
        logFolder,
        report: (line) => lines.push(line),
        signal: AbortSignal.timeout(20_000),
      },
      daemon,
    );
  return { folder, daemon, client, lines, start, log: join(logFolder, 'dockerd.log') };
}

describe('starting the engine without a service manager', () => {
  it('waits for its answer, in a session of its own, its output in a private log', async (test) => {
    const { folder, client, start, log } = fakeEngine(
      test,
      `console.error('starting up'); setTimeout(serve, 150);`,
    );
    await start();
    assert.equal(await client.system.ping(), '1.41');
    assert.match(readFileSync(log, 'utf8'), /starting up/);
    assert.equal(statSync(log).mode & 0o777, 0o600);
    const pid = readFileSync(join(folder, 'real.pid'), 'utf8');
    // Field 6 of /proc/<pid>/stat is the session: its own, so that it outlives the terminal.
    if (process.platform === 'linux')
      assert.equal(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3], pid);
  });

  it('says at once how one ended that does not come up, with the end of its log', async (test) => {
    const { start, log } = fakeEngine(
      test,
      `console.error('first'); console.error('failed to start: no iptables'); process.exit(1);`,
    );
    const began = performance.now();
    await assert.rejects(
      start,
      (error) =>
        error instanceof CraneError &&
        error.code === 'engine.unreachable' &&
        /exit code 1: .*no iptables/.test(error.message) &&
        error.facts.fix?.includes(log) === true,
    );
    assert.ok(performance.now() - began < 10_000);
  });

  it('removes what a killed one left, and says so', async (test) => {
    const { daemon, lines, start, folder } = fakeEngine(test, 'serve();');
    // A pid that lives, but is another program: a daemon takes it for itself running and does not start.
    for (const file of daemon.pidFiles) writeFileSync(file, String(process.pid));
    for (const file of daemon.sockets) writeFileSync(file, '');
    assert.equal(isDaemonAlive(daemon), false);
    await start();
    for (const file of [...daemon.pidFiles, ...daemon.sockets]) assert.equal(existsSync(file), false, file);
    assert.match(lines[0]?.text ?? '', new RegExp(`removed what a killed one left: ${folder}/docker\\.pid`));
  });
});

describe('files of a daemon', { skip: process.platform !== 'linux' }, () => {
  it('stay while their process lives', async (test) => {
    const folder = tempFolder(test);
    const daemon: Daemon = {
      command: 'dockerd',
      arguments: [],
      pidFiles: [join(folder, 'docker.pid'), join(folder, 'containerd.pid')],
      sockets: [join(folder, 'containerd.sock')],
    };
    assert.deepEqual(removeStaleFiles(daemon), [], 'nothing is there');
    assert.equal(isDaemonAlive(daemon), false);
    for (const file of daemon.sockets) writeFileSync(file, '');
    assert.deepEqual(removeStaleFiles(daemon), daemon.sockets, 'a socket without its process');

    const [own, containerd] = daemon.pidFiles;
    for (const [name, file] of [
      ['dockerd', own],
      ['/usr/bin/containerd', containerd],
    ] as const) {
      const script = `console.log('ready'); setTimeout(() => {}, 20_000)`;
      const child = spawn(process.execPath, ['-e', script], {
        argv0: name,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      test.after(() => child.kill('SIGKILL'));
      await once(child.stdout, 'data');
      writeFileSync(file, `${child.pid}\n`);
    }
    for (const file of daemon.sockets) writeFileSync(file, '');
    assert.equal(isDaemonAlive(daemon), true);
    assert.deepEqual(removeStaleFiles(daemon), []);
    assert.ok([...daemon.pidFiles, ...daemon.sockets].every((file) => existsSync(file)));
  });
});
