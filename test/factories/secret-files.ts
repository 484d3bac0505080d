import type { SecretFiles } from '../../src/core/port/secret-files.ts';

/** A machine whose memory the engine does not see: secrets are written into the instances. */
export const noSecretFiles: SecretFiles = {
  lay: async () => null,
  owns: () => false,
  sweep: async () => undefined,
};
