import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CliError } from '../cli-error.ts';
import { parseSettings } from './parse-setting.ts';

describe('settings on the command line', () => {
  it('are a patch in the words of Compose', () => {
    assert.deepEqual(
      parseSettings(
        [
          'web.image=shop:2',
          'web.memory=256m',
          'web.cpus=0.5',
          'web.min=2',
          'web.target.p95Ms=200',
          'db.replicas=1',
        ],
        ['web.env.OLD', 'web.x-crane.heal'],
      ),
      {
        services: {
          web: {
            image: 'shop:2',
            deploy: { resources: { limits: { memory: '256m', cpus: 0.5 } } },
            environment: { OLD: null },
            'x-crane': { scale: { min: 2, target: { p95Ms: 200 } }, heal: null },
          },
          db: { deploy: { replicas: 1 } },
        },
      },
    );
  });

  it('of maps keep dots in names, and values as they are', () => {
    assert.deepEqual(
      parseSettings([
        'web.env.A=1=2',
        'web.env.B=',
        'web.label.com.example.n=3',
        'web.environment.C=a\nb',
        'web.image=3',
      ]),
      {
        services: {
          web: {
            environment: { A: '1=2', B: '', C: 'a\nb' },
            labels: { 'com.example.n': '3' },
            image: '3',
          },
        },
      },
    );
  });

  it('that say nothing clear are a mistake of the caller', () => {
    for (const wrong of ['web', 'web.image', 'image=x', '=x', '.a=x', 'web.=x'])
      assert.throws(() => parseSettings([wrong]), CliError, wrong);
    assert.throws(() => parseSettings(['web.env.A=1', 'web.environment.A=2']), /named twice/);
    assert.throws(() => parseSettings([], ['web']), CliError);
  });
});
