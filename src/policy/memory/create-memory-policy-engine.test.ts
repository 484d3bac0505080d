import { readAccessTable } from '../../../test/factories/action-deps.ts';
import { describePolicyContract } from '../policy-contract.ts';
import { createMemoryPolicyEngine } from './create-memory-policy-engine.ts';

describePolicyContract('memory', async () => createMemoryPolicyEngine({ access: readAccessTable() }));
