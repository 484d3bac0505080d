import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patchOf, setCommandOf, type ChangeDraft } from '../ui/src/apps/change-draft.ts';

const draft = (part: Partial<ChangeDraft>): ChangeDraft => ({
  service: 'web',
  image: '',
  memory: '',
  cpus: '',
  environment: [],
  ...part,
});

describe('a service changed on its page', () => {
  it('is no change while nothing is filled in', () => {
    assert.equal(patchOf(draft({ image: '  ' })), null);
  });

  it('is a merge patch in the words of Compose: a name without a value takes the variable away', () => {
    assert.deepEqual(patchOf(draft({ image: 'shop:2 ', memory: '256m', environment: ['A=1=2', 'B'] })), {
      services: {
        web: {
          image: 'shop:2',
          environment: { A: '1=2', B: null },
          deploy: { resources: { limits: { memory: '256m' } } },
        },
      },
    });
  });

  it('is the same on the command line', () => {
    assert.equal(
      setCommandOf('shop-1', draft({ cpus: '0.5', environment: ['MODE=very fast', 'OLD'] })),
      "crane set shop-1 web.cpus=0.5 'web.env.MODE=very fast' --unset web.env.OLD",
    );
  });
});
