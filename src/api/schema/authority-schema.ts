import { z } from 'zod';
import { named, time } from './components.ts';

/** The authority that vouches for routes with TLS. */
export const authoritySchema = named(
  'Authority',
  z.object({
    subject: z.string(),
    fingerprint: z.string().describe('SHA-256 of the certificate, as browsers show it.'),
    notBefore: time,
    notAfter: time,
    certificate: z.string().describe('In PEM. It is public; its key never leaves the data folder.'),
    state: z.enum(['ok', 'ending', 'ended']),
    apps: z
      .array(z.string())
      .readonly()
      .describe('Apps with routes that have TLS, as far as you may see them.'),
  }),
);
export const renewalBody = named(
  'CertificateRenewal',
  z.strictObject({
    what: z
      .enum(['leaves', 'authority'])
      .default('leaves')
      .describe('`authority`: a new authority too, which everybody has to trust again.'),
  }),
);
