import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import {
  createInstallation,
  type Run,
  type RunOptions,
  type TestInstallation,
} from '../factories/installation.ts';

/** RFC 9457 with what Crane adds. */
const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  code: z.string(),
  detail: z.string(),
  exitCode: z.number(),
  fix: z.string(),
  errors: z.array(z.looseObject({ message: z.string(), place: z.string().optional() })).optional(),
});

const appFile = `name: shop
services:
  web:
    image: crane/whoami:1
    x-crane: { route: 8080, scale: { min: 1, max: 2 } }
`;
// oxlint-disable-next-line no-control-regex -- a terminal must not get these
const hostile = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;

describe('mistakes are told with their fix, and leave nothing behind', () => {
  let crane: TestInstallation;
  let folder: string;

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  /** Fails with the code, one sentence and a fix; as a document that says the same with `--json`. */
  const refuses = async (code: number, args: string[], options: RunOptions = {}): Promise<Run> => {
    const run = await crane.crane(args, options);
    assert.equal(run.code, code, `crane ${args.join(' ')}: ${run.err}${run.out}`);
    assert.match(run.err, /^error: \S/m, args.join(' '));
    assert.match(run.err, /^fix: \S/m, `crane ${args.join(' ')}: ${run.err}`);
    assert.equal(run.out, '', `nothing on stdout: ${args.join(' ')}`);
    assert.doesNotMatch(run.err, hostile);
    assert.doesNotMatch(run.err, /\bat .*\.ts:\d+|node:internal/, 'no stack');
    return run;
  };
  /** A mistake in a file: its place, or what to do. */
  const refusesFile = async (path: string): Promise<void> => {
    const run = await crane.crane(['deploy', '-f', path]);
    assert.equal(run.code, 2, run.err);
    assert.match(run.err, /^error: (?:\S+:\d+:\d+ [^]*|[^]*\nfix: \S)/, run.err);
    assert.ok(run.err.length < 4_000, 'a large file is not repeated');
    assert.doesNotMatch(run.err, hostile);
  };
  const problemOf = async (args: string[], options: RunOptions = {}): Promise<z.infer<typeof problem>> => {
    const { code, out, err } = await crane.crane([...args, '--json'], options);
    assert.equal(out, '', args.join(' '));
    const last = err.trimEnd().split('\n').at(-1) ?? '';
    const document = problem.parse(JSON.parse(last));
    assert.equal(document.exitCode, code, args.join(' '));
    return document;
  };

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'crane-bad-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await crane.purge();
  });

  describe('before Crane runs', () => {
    let earlier: string[];
    before(async () => {
      earlier = await crane.inventory();
    });
    const isUntouched = async (): Promise<void> => {
      assert.deepEqual(await crane.inventory(), earlier);
      // A lock is never removed: another start may wait for it.
      assert.deepEqual(
        readdirSync(crane.data).filter((name) => name !== 'platform.lock'),
        [],
      );
    };

    it('an engine that does not run: what to do, exit code 6', async () => {
      const env = { DOCKER_HOST: `unix://${folder}/none.sock` };
      for (const args of [['up', '--detach'], ['demo']]) {
        const { err } = await refuses(6, args, { env });
        assert.match(err, /none\.sock/);
      }
      const { code, out } = await crane.crane(['doctor'], { env });
      assert.equal(code, 6);
      assert.match(out, /✖ docker.*\n +fix: /);
      assert.equal((await problemOf(['up'], { env })).code, 'engine.unreachable');
      await isUntouched();
    });

    it('a taken port: which, by whom, and how to choose another', async () => {
      for (const [port, variable] of [
        [crane.routerPort, 'CRANE_ROUTER_PORT'],
        [crane.tlsPort, 'CRANE_TLS_PORT'],
        [crane.apiPort, 'CRANE_API_PORT'],
      ] as const) {
        const server = await occupy(port);
        try {
          const { err } = await refuses(1, ['up', '--detach']);
          assert.ok(err.includes(`${port}`) && err.includes(`${variable}=`), err);
          assert.ok(err.includes(`pid ${process.pid}`), err);
          assert.equal((await problemOf(['up', '--detach'])).code, 'port.taken');
          await isUntouched();
        } finally {
          server.close();
        }
      }
    });

    it('settings that cannot be: all of them at once, exit code 2', async () => {
      const env = { CRANE_PREFIX: 'Crane!', CRANE_ROUTER_PORT: '99999' };
      const { err } = await refuses(2, ['up', '--detach'], { env });
      assert.ok(err.includes('CRANE_PREFIX') && err.includes('CRANE_ROUTER_PORT'), err);
      await isUntouched();
    });

    it('commands that need Crane say how to start it', async () => {
      const { err } = await refuses(6, ['ls']);
      assert.match(err, /crane up/);
      assert.ok(err.includes(crane.apiUrl), err);
    });
  });

  describe('while it runs', () => {
    let earlier: string[];
    /** All but the network that is made ahead: each new app takes one, and another is made. */
    const lasting = async (): Promise<string[]> =>
      (await crane.inventory()).filter((item) => !/^network .*-net-/.test(item));
    before(async () => {
      const up = await crane.crane(['up', '--detach']);
      assert.equal(up.code, 0, up.err);
      earlier = await lasting();
    });
    after(async () => {
      assert.deepEqual(await crane.json(['ls']), [], 'no app is left');
      assert.deepEqual(await lasting(), earlier);
    });

    it('a compose file with several mistakes: all at once, each with file, line and column', async () => {
      const text = [
        'services:',
        '  web:',
        '    image: crane/whoami:1',
        '    colour: red',
        '    ports: ["http"]',
        '  worker:',
        '    image: [crane/whoami:1]',
        '    volumes: { a: b }',
        '',
      ].join('\n');
      const bad = file('bad.yaml', text);
      const { err } = await refuses(2, ['deploy', '-f', bad]);
      for (const line of [4, 5, 7, 8]) assert.match(err, new RegExp(`bad\\.yaml:${line}:\\d+ `), err);
      const { code, errors } = await problemOf(['deploy', '-f', bad]);
      assert.match(code, /^compose\./);
      assert.ok((errors ?? []).length >= 4);
      assert.ok((errors ?? []).every(({ place }) => /bad\.yaml:\d+:\d+/.test(place ?? '')));
    });

    it('a file that is no compose file at all', async () => {
      const cases: [string, string | Buffer][] = [
        ['tabs.yaml', 'services:\n\tweb:\n\t\timage: x\n'],
        ['open.yaml', 'services: { web: { image: "crane/whoami:1 } }\n'],
        ['list.yaml', '- one\n- two\n'],
        ['empty.yaml', ''],
        ['nothing.yaml', 'name: x\n'],
        ['alias.yaml', 'services: &a { web: *a }\n'],
        ['deep.yaml', `services: ${'['.repeat(20_000)}\n`],
        ['binary.yaml', Buffer.from([0, 255, 254, 1, 2, 3, 10])],
        ['large.yaml', `# ${'x'.repeat(12_000_000)}\nservices: { web: { image: "crane/whoami:1" } }\n`],
      ];
      for (const [name, content] of cases) {
        writeFileSync(join(folder, name), content);
        await refusesFile(join(folder, name));
      }
      const { err } = await refuses(2, ['deploy', '-f', join(folder, 'absent.yaml')]);
      assert.match(err, /absent\.yaml/);
      const empty = join(folder, 'empty-folder');
      mkdirSync(empty);
      assert.match((await refuses(2, ['deploy'], { cwd: empty })).err, /compose\.yaml/);
      await refusesFile(empty);
    });

    it('an image that does not exist: its name, and no app, container or network', async () => {
      const unknown = file(
        'unknown.yaml',
        'name: ghost\nservices:\n  web:\n    image: 127.0.0.1:1/no/such:1\n',
      );
      const { err } = await refuses(1, ['deploy', '-f', unknown]);
      assert.match(err, /127\.0\.0\.1:1\/no\/such:1/);
      const { code } = await problemOf(['deploy', '-f', unknown]);
      assert.match(code, /^image\./);
      await refuses(1, [
        'deploy',
        '-f',
        file('local.yaml', 'name: ghost\nservices: { web: { image: crane/no-such:9 } }\n'),
      ]);
      assert.deepEqual(await crane.json(['ls']), []);
      assert.deepEqual(await lasting(), earlier);
    });

    it('a wrong token: not who it is, but what to do', async () => {
      const env = { CRANE_TOKEN: 'crane_wrong' };
      const { err } = await refuses(1, ['ls'], { env });
      assert.match(err, /token/i);
      assert.doesNotMatch(err, /crane_wrong/);
      assert.match((await problemOf(['ls'], { env })).code, /^auth\./);
      await refuses(1, ['login', '--token', 'crane_wrong']);
      await refuses(1, ['login', '--setup-token', 'wrong']);
      assert.equal((await crane.crane(['whoami'])).code, 0, 'the stored login is still there');
    });

    it('an app, a service, a decision that is not there', async () => {
      const ghost = 'ghost-9';
      const compose = file('shop.yaml', appFile);
      const calls = [
        ['ps', ghost],
        ['logs', ghost],
        ['logs', ghost, '--follow'],
        ['scale', ghost, 'web=2'],
        ['stop', ghost],
        ['start', ghost],
        ['restart', ghost],
        ['rm', ghost, '--yes'],
        ['decisions', ghost],
        ['explain', ghost],
        ['load', ghost, '--rate', '1'],
        ['history', ghost],
        ['rollback', ghost],
        ['clone', ghost],
        ['deploy', '-f', compose, '--app', ghost],
        ['diff', '-f', compose, '--app', ghost],
        ['explain', 'd-0123456789'],
      ];
      await atOnce(calls, async (call) => {
        const { err } = await refuses(1, call);
        assert.ok(err.includes(call.find((word) => /^(ghost|d-)/.test(word)) ?? ''), err);
      });
    });

    it('a command, option or argument that is not one: exit code 2', async () => {
      const calls: [args: string[], says: RegExp][] = [
        [['deplyo'], /deploy/],
        [['up', '--detatch'], /--detach/],
        [['ps'], /app/],
        [['ps', 'a', 'b'], /argument/],
        [['ls', '--format', 'xml'], /table/],
        [['scale', 'shop-1'], /service/],
        [['scale', 'shop-1', 'web'], /web=3/],
        [['scale', 'shop-1', 'web=-1'], /web/],
        [['scale', 'shop-1', 'web=two'], /two/],
        [['scale', 'shop-1', 'web=1', 'web=2'], /twice/],
        [['load', 'shop-1'], /--rate/],
        [['load', 'shop-1', '--rate', '0'], /--rate/],
        [['load', 'shop-1', '--rate', '10', '--duration', 'soon'], /--duration/],
        [['logs', 'shop-1', '--tail', '-3'], /--tail/],
        [['logs', 'shop-1', '--since', 'yesterday'], /--since/],
        [['demo', '--rate', 'fast'], /--rate/],
        [['login'], /--token/],
        [['completion', 'tcsh'], /bash/],
        [['help', 'nothing'], /nothing/],
      ];
      await atOnce(calls, async ([args, says]) => {
        const { err } = await refuses(2, args);
        assert.match(err, says, args.join(' '));
      });
    });

    it('names that a terminal, a shell or a path could take for something else', async () => {
      const names = [
        '../../etc',
        'a\u001b[31mb',
        'a\nb',
        '\u202eabc',
        '-rf',
        'UPPER',
        'x'.repeat(300),
        'ä',
        '$(id)',
        '',
      ];
      const compose = file('shop.yaml', appFile);
      await atOnce(names, async (name) => {
        await refuses(2, ['deploy', '-f', compose, `--name=${name}`]);
        const asked = await refuses(1, ['ps', '--', name === '' ? ' ' : name]);
        assert.ok(asked.err.length < 1_000, 'a long name is not repeated whole');
      });
      await refusesFile(file('\u001b[31mred.yaml', 'services: [\n'));
    });

    it('what needs an answer where nobody can be asked: exit code 2, nothing done', async () => {
      const { uniqueName } = z
        .object({ uniqueName: z.string() })
        .parse(await crane.json(['deploy', '-f', file('shop.yaml', appFile)]));
      const { err } = await refuses(2, ['rm', uniqueName]);
      assert.match(err, /--yes/);
      const rows = z.array(z.unknown()).parse(await crane.json(['ps', uniqueName]));
      assert.equal(rows.length, 1);

      assert.match((await refuses(2, ['scale', uniqueName, 'web=9'])).err, /1 to 2/);
      assert.match((await refuses(1, ['scale', uniqueName, 'nope=1'])).err, /nope/);
      assert.match((await refuses(1, ['logs', uniqueName, 'nope'])).err, /nope/);
      assert.match(
        (await refuses(2, ['load', uniqueName, '--rate', '1000000'])).err,
        /CRANE_MAX_LOAD_RATE|2,?000/,
      );
      assert.match((await refuses(2, ['load', uniqueName, '--rate', '1', '--service', 'nope'])).err, /nope/);
      assert.match((await refuses(1, ['rollback', uniqueName])).err, /release/);
      assert.equal((await crane.crane(['rm', uniqueName, '--yes'])).code, 0);
    });

    it('an app whose instances only crash: their last words, exit code 1, and it can be removed', async () => {
      const crash = file(
        'crash.yaml',
        'name: crash\nservices:\n  web:\n    image: crane/whoami:1\n    environment: { PORT: none }\n    x-crane: { route: 8080 }\n',
      );
      const { err } = await refuses(1, ['deploy', '-f', crash]);
      assert.match(err, /exited with code/);
      assert.match(err, /unknown port/, 'what the app itself said');
      const [app] = z
        .array(z.object({ uniqueName: z.string(), state: z.string() }))
        .parse(await crane.json(['ls']));
      if (app !== undefined) assert.equal((await crane.crane(['rm', app.uniqueName, '--yes'])).code, 0);
    });
  });
});

/** Three at a time: each command is a process of its own. */
async function atOnce<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await run(item);
  };
  await Promise.all([work(), work(), work()]);
}

/** Listens where Crane wants to. */
function occupy(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
