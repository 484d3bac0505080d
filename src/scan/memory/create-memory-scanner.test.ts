import { describeScannerContract } from '../scanner-contract.ts';
import { createMemoryScanner } from './create-memory-scanner.ts';

describeScannerContract('memory', async () => ({
  scanner: createMemoryScanner(),
  image: { imageId: 'sha256:aa', tar: new Uint8Array(4_096) },
}));
