import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadCompose, type ComposeSource, type LoadedCompose } from './load-compose.ts';
import { ignoredIn, unsupportedIn } from './unsupported.ts';

type Files = Record<string, string>;

function load(files: Files, more: Partial<ComposeSource> = {}): LoadedCompose {
  const [path = ''] = Object.keys(files);
  return loadCompose({
    files: [{ path, text: files[path] ?? '' }],
    readFile: (each) => files[each],
    environment: {},
    profiles: [],
    projectDirectory: '/home/ada/shop',
    ...more,
  });
}

function placesOf(loaded: LoadedCompose): string[] {
  assert.ok(!loaded.ok, 'it is accepted');
  return loaded.problems.map(
    ({ file, line, column, path, message }) => `${file}:${line}:${column} ${path}: ${message}`,
  );
}

describe('problems', () => {
  it('are all told at once, each with its place and what to do', () => {
    const text = `services:
  web:
    imagee: nginx
    ports: [http]
    privileged: perhaps
    environment:
      A: \${A:?give it}
`;
    const loaded = load({ 'compose.yaml': text });
    assert.deepEqual(placesOf(loaded), [
      'compose.yaml:3:5 services.web.imagee: this key is not known here',
      'compose.yaml:4:13 services.web.ports[0]: container port must be 0-65535, or a range such as 3000-3005 (saw "http")',
      'compose.yaml:5:17 services.web.privileged: must be a flag (true or false) (saw "perhaps")',
      'compose.yaml:7:10 services.web.environment.A: required variable A is missing a value: give it',
    ]);
    assert.ok(!loaded.ok);
    assert.equal(loaded.problems[0]?.fix, 'Did you mean image?');
  });

  it('of the schema hide none of the values, of the references and of other files', () => {
    const files = {
      'compose.yaml': `include: [more.yaml]
services:
  web:
    image: x
    colour: red
    mem_limit: much
    stop_grace_period: soon
    volumes:
      - { type: volume, source: 5, target: /a }
      - lost:/b
    depends_on: [nobody, db, job]
    networks: [front]
    healthcheck: { interval: 5, tets: [CMD, a] }
  db: [image]
networks: { front: 3 }
`,
      'more.yaml': 'services:\n  job:\n    image: y\n    cpus: [1]\n    x-crane: { route: http }\n',
    };
    assert.deepEqual(placesOf(load(files)), [
      'compose.yaml:5:5 services.web.colour: this key is not known here',
      'compose.yaml:6:16 services.web.mem_limit: must be a size (saw "much")',
      'compose.yaml:7:24 services.web.stop_grace_period: must be a duration (saw "soon")',
      'compose.yaml:9:33 services.web.volumes[0].source: must be a text (saw 5)',
      'compose.yaml:10:9 services.web.volumes[1]: there is no volume lost at the top level',
      'compose.yaml:11:18 services.web.depends_on.nobody: there is no service nobody',
      'compose.yaml:13:30 services.web.healthcheck.interval: must be a text (saw 5)',
      'compose.yaml:13:33 services.web.healthcheck.tets: this key is not known here',
      'compose.yaml:14:7 services.db: must be a mapping (saw a list)',
      'compose.yaml:15:20 networks.front: must be a mapping or empty (saw 3)',
      'more.yaml:4:11 services.job.cpus: must be a number or a text (saw a list)',
      'more.yaml:5:23 services.job.x-crane.route: must be a port (1-65535), a mapping with port, or a list of those',
    ]);
  });

  it('do not follow from each other', () => {
    const one = (text: string): string[] => placesOf(load({ 'compose.yaml': text }));
    assert.deepEqual(one('services:\n  web:\n    image: [x]\n    networks: [a]\nnetworks: [a]\n'), [
      'compose.yaml:3:12 services.web.image: must be a text (saw a list)',
      'compose.yaml:5:11 networks: must be a mapping (saw a list)',
    ]);
    assert.deepEqual(
      one('services:\n  web:\n    image: x\n    depends_on: { db: { condition: up } }\n  db: 1\n'),
      [
        'compose.yaml:4:36 services.web.depends_on.db.condition: must be one of service_started, service_healthy, service_completed_successfully (saw "up")',
        'compose.yaml:5:7 services.db: must be a mapping (saw 1)',
      ],
    );
  });

  it('keep their place through merging, extends and includes', () => {
    const files = {
      'compose.yaml':
        'include: [sub/more.yaml]\nservices:\n  web: { extends: { file: base.yaml, service: base }, networks: [lost] }\n',
      'base.yaml': 'services:\n  base:\n    image: x\n    volumes:\n      - gone:/data\n',
      'sub/more.yaml': 'services:\n  job:\n    image: y\n    depends_on:\n      - nobody\n',
    };
    assert.deepEqual(placesOf(load(files)).sort(), [
      'base.yaml:5:9 services.web.volumes[0]: there is no volume gone at the top level',
      'compose.yaml:3:66 services.web.networks.lost: there is no network lost at the top level',
      'sub/more.yaml:5:9 services.job.depends_on.nobody: there is no service nobody',
    ]);
  });

  it('never repeat a value of the environment', () => {
    const loaded = load({
      'compose.yaml': 'services: { web: { image: x, environment: { PASSWORD: [s3cret] } } }',
    });
    assert.ok(!JSON.stringify(loaded).includes('s3cret'));
  });

  it('tell of keys that are there twice, and of unknown settings of Crane', () => {
    const text = 'services:\n  web:\n    image: x\n    image: y\n    x-crane: { route: { prot: 80 } }\n';
    assert.deepEqual(
      placesOf(load({ 'compose.yaml': text }))[0],
      'compose.yaml:4:5 services.web.image: this key is there twice, first on line 3',
    );
    const crane = 'services:\n  web:\n    image: x\n    x-crane:\n      scale: { maximum: 3 }\n';
    assert.deepEqual(placesOf(load({ 'compose.yaml': crane })), [
      'compose.yaml:5:16 services.web.x-crane.scale.maximum: this key is not known here',
    ]);
  });
});

describe('warnings', () => {
  it('name variables that are not set, and what is obsolete', () => {
    const loaded = load({ 'compose.yaml': 'version: "3"\nservices:\n  web:\n    image: "x:${TAG}"\n' });
    assert.ok(loaded.ok);
    assert.deepEqual(
      loaded.warnings.map(({ line, path }) => `${line} ${path}`),
      ['4 services.web.image', '1 version'],
    );
  });
});

describe('the model', () => {
  it('keeps the place of every value', () => {
    const loaded = load({ 'compose.yaml': 'services:\n  web:\n    image: x\n' });
    assert.ok(loaded.ok);
    assert.deepEqual(loaded.positions.get('services.web.image'), {
      file: 'compose.yaml',
      line: 3,
      column: 12,
    });
  });

  it('has relative paths as they are where the folder is not known, and then cannot be deployed', () => {
    const source = { readFile: () => undefined, environment: {}, profiles: [] };
    const files = [
      { path: 'compose.yaml', text: 'services: { web: { image: x, volumes: ["./a/../b:/c"] } }' },
    ];
    const loaded = loadCompose({ ...source, files });
    assert.ok(loaded.ok);
    assert.equal(loaded.project.services['web']?.volumes?.[0]?.source, './b');
    assert.equal(unsupportedIn(loaded.project, loaded.positions).length, 1);
  });

  it('takes the value of a config from the environment, and never that of a secret', () => {
    const text =
      'services: { web: { image: x, secrets: [s], configs: [c] } }\nsecrets: { s: { environment: S } }\nconfigs: { c: { environment: C } }\n';
    const loaded = load({ 'compose.yaml': text }, { environment: { S: 'hidden', C: 'shown' } });
    assert.ok(loaded.ok);
    assert.equal(loaded.project.configs?.['c']?.content, 'shown');
    assert.ok(!JSON.stringify(loaded.project).includes('hidden'));
  });
});

describe('what cannot be deployed', () => {
  it('is told with its place and the reason', () => {
    const text = `services:
  web:
    image: x
    uts: service:db
    use_api_socket: true
    pre_start:
      - command: a
  db: { image: y }
`;
    const loaded = load({ 'compose.yaml': text });
    assert.ok(loaded.ok);
    assert.deepEqual(
      unsupportedIn(loaded.project, loaded.positions)
        .map(({ line, path }) => `${line} ${path}`)
        .sort(),
      ['4 services.web.uts', '5 services.web.use_api_socket', '7 services.web.pre_start'].sort(),
    );
  });

  it('is only a warning where Compose has no effect either', () => {
    const text =
      'services:\n  web:\n    image: x\n    container_name: web1\n    deploy:\n      placement: { constraints: [a==b] }\n';
    const loaded = load({ 'compose.yaml': text });
    assert.ok(loaded.ok);
    assert.deepEqual(unsupportedIn(loaded.project, loaded.positions), []);
    assert.deepEqual(
      ignoredIn(loaded.project, loaded.positions).map(({ line, path }) => `${line} ${path}`),
      ['4 services.web.container_name', '6 services.web.deploy.placement'],
    );
  });

  it('is nothing for an ordinary file', () => {
    const loaded = load({
      'compose.yaml': 'services: { web: { image: x, ports: ["80:80"], deploy: { replicas: 2 } } }',
    });
    assert.ok(loaded.ok);
    assert.deepEqual(unsupportedIn(loaded.project, loaded.positions), []);
  });
});
