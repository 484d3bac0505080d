import { describeCertificatesContract } from '../certificates-contract.ts';
import { createMemoryCertificates } from './create-memory-certificates.ts';

describeCertificatesContract('memory', async () => createMemoryCertificates());
