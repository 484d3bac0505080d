import type { Authority, Certificates } from '../../core/port/certificates.ts';

/** Certificates that are only texts; for unit tests and for development without the parts. */
export function createMemoryCertificates(): Certificates {
  const leaves = new Map<string, string>();
  let generation = 1;
  let issued = 0;
  const view = (): Authority => ({
    subject: `Crane local authority ${String(generation).padStart(8, '0')}`,
    fingerprint: `AA:${generation}`,
    notBefore: 0,
    notAfter: Number.MAX_SAFE_INTEGER,
    certificate: `authority ${generation}\n`,
  });
  return {
    authority: async () => view(),
    async issue(app, hosts) {
      const key = [...hosts].sort().join(' ');
      const known = leaves.get(app);
      const certificate =
        known?.endsWith(` ${key}\n`) === true ? known : `certificate ${(issued += 1)} for ${key}\n`;
      leaves.set(app, certificate);
      return { certificate, key: 'key\n', notAfter: Number.MAX_SAFE_INTEGER };
    },
    async forget(app) {
      leaves.delete(app);
    },
    async renew(what) {
      if (what === 'authority') generation += 1;
      leaves.clear();
      return view();
    },
  };
}
