import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { admissionPolicies } from '../../core/admission/policies.ts';

const folder = join(import.meta.dirname, '../../../policies/admission');
const modes = z.object({ modes: z.record(z.string(), z.record(z.string(), z.string())) });

describe('the shipped admission policies', () => {
  it('have the modes that the table in TypeScript tells', () => {
    const shipped = modes.parse(JSON.parse(readFileSync(join(folder, 'data.json'), 'utf8')));
    for (const role of ['admin', 'user'] as const) {
      const told = Object.entries(admissionPolicies).map(([id, policy]) => [id, policy[role]]);
      assert.deepEqual(shipped.modes[role], Object.fromEntries(told));
    }
  });

  it('have their tests, the schema of their parameters, and good and bad cases beside them', () => {
    for (const [id, { title }] of Object.entries(admissionPolicies)) {
      const home = join(folder, id.toLowerCase());
      for (const name of ['policy.rego', 'policy_test.rego', 'params.schema.json'])
        assert.ok(existsSync(join(home, name)), `${id} has no ${name}`);
      for (const kind of ['good', 'bad']) assert.ok(readdirSync(join(home, kind)).length > 0);
      assert.ok(
        readFileSync(join(home, 'policy.rego'), 'utf8').includes(`"title": ${JSON.stringify(title)}`),
      );
    }
  });
});
