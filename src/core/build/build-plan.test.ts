import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CraneError } from '../error/crane-error.ts';
import { buildProblems, idleBuildKeys } from './build-problems.ts';
import { planBuild, type BuildRequest } from './build-plan.ts';
import { builtImageName, parseBuiltImageName } from './built-image-name.ts';
import { decideImage, mayBuild } from './decide-image.ts';

const request = (build: BuildRequest['spec']['build'], change: Partial<BuildRequest> = {}): BuildRequest => ({
  prefix: 'crane',
  app: 'shop-1',
  service: 'web',
  release: 3,
  spec: build === undefined ? {} : { build },
  dockerfileText: null,
  engine: { os: 'linux', architecture: 'x86_64', apiVersion: '1.41' },
  limits: { memoryBytes: 1024, cpus: 1 },
  ...change,
});

describe('the plan of a build', () => {
  it('holds all that the file says, in the words of the engine', () => {
    const plan = planBuild(
      request({
        context: '/src',
        dockerfile: 'web.Dockerfile',
        args: { VERSION: '2', UNSET: null },
        target: 'run',
        labels: { team: 'shop' },
        cache_from: ['shop/web:1', 'type=registry,ref=shop/cache:1', 'type=local,src=/cache'],
        extra_hosts: ['db=10.0.0.1'],
        network: 'none',
        shm_size: '134217728',
        ulimits: { nofile: { soft: 10, hard: 20 }, nproc: 5 },
        tags: ['shop/web:next'],
        pull: true,
        no_cache: true,
        platforms: ['linux/amd64'],
      }),
    );
    assert.deepEqual(plan, {
      service: 'web',
      // BuildKit of this engine would leave shm_size and ulimits out.
      builder: 'classic',
      tags: ['crane.internal/crane/shop-1/web:3', 'shop/web:next'],
      dockerfile: 'web.Dockerfile',
      files: [],
      arguments: { VERSION: '2' },
      labels: { team: 'shop' },
      target: 'run',
      cacheFrom: ['shop/web:1', 'shop/cache:1', 'crane.internal/crane/shop-1/web:2'],
      extraHosts: ['db:10.0.0.1'],
      network: 'none',
      shmBytes: 134_217_728,
      ulimits: [
        { name: 'nofile', soft: 10, hard: 20 },
        { name: 'nproc', soft: 5, hard: 5 },
      ],
      isPulling: true,
      hasCache: false,
      limits: { memoryBytes: 1024, cpus: 1 },
    });
  });

  it('names the image as the service does, besides the name of the release', () => {
    const spec = { image: 'shop/web:1', build: { context: '.' } };
    assert.deepEqual(planBuild(request(undefined, { spec })).tags, [
      'crane.internal/crane/shop-1/web:3',
      'shop/web:1',
    ]);
  });

  it('puts an inline Dockerfile into the context, and out of reach of its steps', () => {
    const plan = planBuild(request({ context: '.', dockerfile_inline: 'FROM scratch\n' }));
    assert.deepEqual(plan.files, [
      { path: plan.dockerfile, text: 'FROM scratch\n' },
      { path: '.dockerignore', text: `${plan.dockerfile}\n.dockerignore\n` },
    ]);
    const outside = planBuild(request({ context: '.' }, { dockerfileText: 'FROM a' }));
    assert.deepEqual(outside.files[0], { path: outside.dockerfile, text: 'FROM a' });
  });

  it('refuses another platform than the engine has', () => {
    for (const platform of ['linux/arm64', 'windows/amd64', 'linux/amd64/v3'])
      assert.throws(
        () => planBuild(request({ context: '.', platforms: [platform] })),
        (error) => error instanceof CraneError && error.message.includes(platform),
      );
    assert.ok(
      planBuild(
        request(
          { context: '.', platforms: ['linux/arm64/v8'] },
          { engine: { os: 'linux', architecture: 'aarch64', apiVersion: '1.41' } },
        ),
      ),
    );
  });
});

describe('what cannot be built', () => {
  const context = '.';
  const cases: [string, Parameters<typeof buildProblems>[0], string[]][] = [
    ['a plain build is fine', { context }, []],
    ['a repository', { context: 'https://example.org/shop.git' }, ['context']],
    ['secrets', { context, secrets: [{ source: 'token' }] }, ['secrets']],
    ['ssh', { context, ssh: ['default'] }, ['ssh']],
    ['more contexts', { context, additional_contexts: { other: '/x' } }, ['additional_contexts']],
    ['two platforms', { context, platforms: ['linux/amd64', 'linux/arm64'] }, ['platforms']],
    ['the network of the host', { context, network: 'host' }, ['network']],
    ['privileges', { context, privileged: true }, ['privileged']],
    ['empty lists are fine', { context, secrets: [], platforms: [] }, []],
    ['all at once', { context, ssh: ['default'], isolation: 'hyperv' }, ['ssh', 'isolation']],
  ];
  for (const [name, build, keys] of cases)
    it(name, () =>
      assert.deepEqual(
        buildProblems(build).map(({ key }) => key),
        keys,
      ),
    );
  it('says what has no effect', () => {
    const build = { context, cache_to: ['type=local,dest=/c'], provenance: 'false', sbom: 'true' };
    assert.deepEqual(
      idleBuildKeys(build).map(({ key }) => key),
      ['cache_to', 'sbom'],
    );
  });
});

describe('where an image comes from', () => {
  const build = { context: '.' };
  const asked = { pull: 'missing', isBuilding: false } as const;
  it('takes an image, builds what has none, and tries the image first where both are given', () => {
    assert.deepEqual(decideImage({ image: 'a' }, asked), { kind: 'pull', ref: 'a', pull: 'missing' });
    assert.deepEqual(decideImage({ build }, asked), { kind: 'build' });
    assert.deepEqual(decideImage({ image: 'a', build }, asked), {
      kind: 'pull-or-build',
      ref: 'a',
      pull: 'missing',
    });
    assert.equal(decideImage({}, asked), null);
  });
  it('builds in any case when the file or the person says so', () => {
    assert.deepEqual(decideImage({ image: 'a', build, pull_policy: 'build' }, asked), { kind: 'build' });
    assert.deepEqual(decideImage({ image: 'a', build }, { ...asked, isBuilding: true }), { kind: 'build' });
  });
  it('pulls what must be pulled, and builds what must not', () => {
    const always = { image: 'a', build, pull_policy: 'always' };
    assert.deepEqual(decideImage(always, asked), { kind: 'pull', ref: 'a', pull: 'always' });
    assert.equal(mayBuild(always, false), false);
    assert.deepEqual(decideImage({ image: 'a', build, pull_policy: 'never' }, asked), {
      kind: 'pull-or-build',
      ref: 'a',
      pull: 'never',
    });
  });
});

describe('the name of a built image', () => {
  it('is a name for any service, tells app and release, and is another one for another service', () => {
    const service = fc.stringMatching(/^[a-zA-Z0-9._-]{1,30}$/);
    fc.assert(
      fc.property(service, service, fc.integer({ min: 1, max: 999_999 }), (one, two, release) => {
        const nameOf = (each: string): string =>
          builtImageName({ prefix: 'crane', app: 'shop-1', service: each, release });
        assert.match(nameOf(one), /^[a-z0-9]+\.[a-z]+(\/[a-z0-9]+((\.|_|-+)[a-z0-9]+)*)+:\d+$/);
        assert.deepEqual(parseBuiltImageName('crane', nameOf(one)), { app: 'shop-1', release });
        assert.equal(nameOf(one) === nameOf(two), one === two);
      }),
    );
  });
  it('is not taken for another installation’s', () => {
    const name = builtImageName({ prefix: 'other', app: 'shop-1', service: 'web', release: 1 });
    assert.equal(parseBuiltImageName('crane', name), null);
    assert.equal(parseBuiltImageName('crane', 'docker.io/crane/shop-1/web:1'), null);
  });
});
