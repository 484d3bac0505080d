import { describeProxyContract } from '../proxy-contract.ts';
import { createMemoryProxy } from './create-memory-proxy.ts';

describeProxyContract('memory', async () => createMemoryProxy());
