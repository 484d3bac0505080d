import { describePolicyContract } from '../policy-contract.ts';
import { createMemoryPolicyEngine } from './create-memory-policy-engine.ts';

describePolicyContract('memory', async () => createMemoryPolicyEngine());
