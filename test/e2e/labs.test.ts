import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { waitFor } from '../factories/wait-for.ts';

const labView = z.object({
  lesson: z.string().nullable(),
  steps: z.array(z.object({ id: z.string(), passedAt: z.number().nullable() })),
});

/** Labs are solved on the real platform, by the commands that their texts give. */
describe('labs', () => {
  let crane: TestInstallation;
  before(async () => {
    crane = await createInstallation();
    await run(['up', '--detach']);
  });
  after(async () => crane.purge());

  async function run(args: string[], code = 0): Promise<void> {
    const ended = await crane.crane(args);
    assert.equal(ended.code, code, `crane ${args.join(' ')}\n${ended.err}${ended.out}`);
  }
  async function passed(lab: string): Promise<string[]> {
    const { steps } = labView.parse(await crane.json(['lab', 'show', lab]));
    return steps.filter(({ passedAt }) => passedAt !== null).map(({ id }) => id);
  }

  it('the first deployment: each step is met by doing it, and not before', async () => {
    const lab = 'first-deploy';
    await run(['lab', 'start', lab]);
    assert.deepEqual(await passed(lab), []);
    await run(['deploy', '-f', 'examples/whoami/compose.yaml']);
    assert.deepEqual(await passed(lab), ['deploy']);
    await run(['scale', 'whoami-1', 'web=2', '--for', '10m']);
    await run(['lab', 'show', lab]);
    await run(['set', 'whoami-1', 'web.env.NAME=hello']);
    assert.deepEqual(await passed(lab), ['deploy', 'two', 'change']);
    await run(['set', 'whoami-1', 'web.entrypoint=/nothing-here'], 1);
    await run(['lab', 'answer', lab, '3'], 1);
    await run(['lab', 'answer', lab, '2']);
    await run(['rollback', 'whoami-1']);
    const { steps, lesson } = labView.parse(await crane.json(['lab', 'show', lab]));
    assert.ok(
      steps.every(({ passedAt }) => passedAt !== null),
      JSON.stringify(steps),
    );
    assert.match(lesson ?? '', /release/);
  });

  it('let load scale it: alert, bound and the way back are seen', async () => {
    const lab = 'scale-by-load';
    await run(['scale', 'whoami-1', 'web', '--auto']);
    await run(['lab', 'start', lab]);
    assert.deepEqual(await passed(lab), ['ready']);
    await run(['lab', 'answer', lab, '3']);
    await run(['load', 'whoami-1', '--rate', '200', '--duration', '20s']);
    const seen = await passed(lab);
    assert.ok(seen.includes('load'), `no request was lost: ${seen.join()}`);
    assert.ok(seen.includes('out'), `an alert scaled it out: ${seen.join()}`);
    await run(['lab', 'answer', lab, 'max']);
    await waitFor('scaled in', async () => ((await passed(lab)).includes('in') ? true : null), {
      timeoutMs: 90_000,
    });
  });
});
