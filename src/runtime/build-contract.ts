import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { planBuild, type BuildRequest } from '../core/build/build-plan.ts';
import type { Builder } from '../core/build/choose-builder.ts';
import type { BuildEvent, Runtime } from '../core/port/runtime.ts';

/** What a test of builds must be able to do besides the port. */
export type BuildHarness = {
  runtime: Runtime;
  prefix: string;
  /** A tar of files by name. */
  tarOf(files: Readonly<Record<string, string>>): AsyncIterable<Uint8Array>;
  /** A base image, and a step of it that fails; none that is not here. */
  base: string;
  builder?: Builder;
  close(): Promise<void>;
};

/** What every runtime that builds keeps. */
export function describeBuildContract(name: string, create: () => Promise<BuildHarness>): void {
  describe(name, () => {
    let harness: BuildHarness;
    let runtime: Runtime;
    before(async () => {
      harness = await create();
      ({ runtime } = harness);
    });
    after(async () => harness?.close());

    const request = (change: Partial<BuildRequest> = {}): BuildRequest => ({
      prefix: harness.prefix,
      app: 'shop-1',
      service: 'web',
      release: 1,
      spec: { build: { context: '.' } },
      dockerfileText: null,
      engine: { os: 'linux', architecture: 'amd64', apiVersion: '1.41' },
      limits: { memoryBytes: 256 * 1024 ** 2, cpus: 0.5 },
      builder: harness.builder ?? 'classic',
      ...change,
    });
    const build = async (
      files: Readonly<Record<string, string>>,
      change: Partial<BuildRequest> = {},
      signal?: AbortSignal,
    ): Promise<BuildEvent[]> => {
      const plan = planBuild(request(change));
      const added = Object.fromEntries(plan.files.map(({ path, text }) => [path, text]));
      const context = harness.tarOf({ ...files, ...added });
      return Array.fromAsync(runtime.buildImage({ plan, context }, signal));
    };
    const idOf = (events: readonly BuildEvent[]): string => {
      const last = events.at(-1);
      assert.equal(last?.kind, 'built');
      return last.imageId;
    };
    const namesOf = async (imageId: string): Promise<readonly string[]> =>
      (await runtime.listImages()).find((image) => image.imageId === imageId)?.names ?? [];
    const nameOf = (release: number): string => `crane.internal/${harness.prefix}/shop-1/web:${release}`;
    const dockerfile = (...lines: string[]): Record<string, string> => ({
      Dockerfile: `${[`FROM ${harness.base}`, ...lines].join('\n')}\n`,
    });

    it('tells each step, and gives an image with the names of its plan', async () => {
      const events = await build({ ...dockerfile('COPY file /file'), file: 'one' });
      // How a base without layers is counted is the builder's business.
      const last = events.findLast((event) => event.kind === 'step');
      assert.equal(last?.text, 'COPY file /file');
      assert.equal(last.total, 2);
      const imageId = idOf(events);
      assert.match(imageId, /^sha256:[0-9a-f]{64}$/);
      assert.deepEqual(await namesOf(imageId), [nameOf(1)]);
      assert.equal((await runtime.resolveImage({ ref: nameOf(1), pull: 'never' })).imageId, imageId);
    });

    it('gives the same image for the same context, another one for another', async () => {
      const files = { ...dockerfile('COPY file /file'), file: 'one' };
      const first = idOf(await build(files));
      assert.equal(idOf(await build(files, { release: 2 })), first);
      assert.deepEqual((await namesOf(first)).toSorted(), [nameOf(1), nameOf(2)]);
      assert.notEqual(idOf(await build({ ...files, file: 'two' }, { release: 3 })), first);
    });

    it('names the step that fails', async () => {
      const files = { ...dockerfile('COPY file /file', 'COPY absent /x'), file: 'one' };
      await assert.rejects(build(files), {
        code: 'image.build_failed',
        message: /web failed at step \d\/\d "COPY absent \/x": .*absent/,
      });
    });

    it('says that the Dockerfile is missing', async () => {
      await assert.rejects(build({ other: '' }), { code: 'image.build_failed', message: /Dockerfile/ });
    });

    it('builds from an inline Dockerfile', async () => {
      const spec = { build: { context: '.', dockerfile_inline: `FROM ${harness.base}\nCOPY file /file\n` } };
      assert.match(idOf(await build({ file: 'x' }, { spec })), /^sha256:/);
    });

    it('passes on why the context ended', async () => {
      const broken = (async function* (): AsyncIterable<Uint8Array> {
        yield new Uint8Array(512);
        throw new Error('the disk is gone');
      })();
      const building = Array.fromAsync(runtime.buildImage({ plan: planBuild(request()), context: broken }));
      await assert.rejects(building, /the disk is gone/);
    });

    it('does not begin when it is cancelled', async () => {
      const controller = new AbortController();
      controller.abort();
      await assert.rejects(build(dockerfile(), {}, controller.signal), { code: 'operation.cancelled' });
    });

    it('gives an image another name, and takes names from it until it goes', async () => {
      const imageId = idOf(await build(dockerfile('LABEL c=d'), { service: 'named' }));
      const [name = ''] = await namesOf(imageId);
      const other = `crane.internal/${harness.prefix}/shop-2/web:1`;
      await runtime.nameImage(imageId, other);
      assert.deepEqual((await namesOf(imageId)).toSorted(), [name, other].toSorted());
      await runtime.removeImageName(name);
      await runtime.removeImageName(name);
      assert.deepEqual(await namesOf(imageId), [other]);
      await runtime.removeImageName(other);
      await assert.rejects(runtime.imageFacts(imageId), { code: 'image.not_found' });
      await assert.rejects(runtime.nameImage(imageId, other), { code: 'engine.not_found' });
    });
  });
}
