import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decideLeaf, type LeafFacts } from '../../core/certificate/leaf.ts';
import type { Authority, Certificates, ServerCertificate } from '../../core/port/certificates.ts';
import type { Clock } from '../../core/port/clock.ts';
import { commonNameOf, issueAuthority, issueLeaf, type Issued } from './issue-certificate.ts';

export type AuthorityOptions = {
  /** Private to the user of Crane; made at first need. */
  folder: string;
  clock: Pick<Clock, 'now'>;
};

type Leaf = ServerCertificate & LeafFacts;

/**
 * An authority that lies in a folder: `authority.pem`, `authority.key` and one file per app under `leaves/`, all but the first
 * readable by the user of Crane only. What is damaged counts as absent, so that routes never wait for a person.
 */
export function createAuthority({ folder, clock }: AuthorityOptions): Certificates {
  const leaves = join(folder, 'leaves');
  const known = new Map<string, Leaf>();
  let current: Promise<Issued> | null = null;
  const authority = (): Promise<Issued> => {
    current ??= openAuthority(folder, clock.now()).catch((error: unknown) => {
      current = null;
      throw error;
    });
    return current;
  };
  const forgetAll = async (): Promise<void> => {
    known.clear();
    await rm(leaves, { recursive: true, force: true });
  };
  return {
    authority: async () => viewOf(await authority()),
    async issue(app, hosts) {
      const issuer = await authority();
      const { fingerprint, notAfter } = viewOf(issuer);
      const path = join(leaves, `${app}.pem`);
      const leaf = known.get(app) ?? parseLeaf((await readText(path)) ?? '', issuer);
      const decision = decideLeaf(
        leaf,
        { hosts, authority: fingerprint, authorityNotAfter: notAfter },
        clock.now(),
      );
      const issued = decision.kind === 'keep' ? leaf : null;
      const result = issued ?? (await writeLeaf(path, issueLeaf(issuer, hosts, clock.now()), issuer));
      known.set(app, result);
      return { certificate: result.certificate, key: result.key, notAfter: result.notAfter };
    },
    async forget(app) {
      known.delete(app);
      await rm(join(leaves, `${app}.pem`), { force: true });
    },
    async renew(what) {
      if (what === 'authority') {
        const next = issueAuthority(clock.now());
        await writeAuthority(folder, next);
        current = Promise.resolve(next);
      }
      await forgetAll();
      return viewOf(await authority());
    },
  };
}

function viewOf({ certificate }: Issued): Authority {
  const seen = new X509Certificate(certificate);
  return {
    subject: commonNameOf(seen),
    fingerprint: seen.fingerprint256,
    notBefore: seen.validFromDate.getTime(),
    notAfter: seen.validToDate.getTime(),
    certificate,
  };
}

async function openAuthority(folder: string, now: number): Promise<Issued> {
  const certificate = await readText(join(folder, 'authority.pem'));
  const key = await readText(join(folder, 'authority.key'));
  if (certificate !== null && key !== null && isPair({ certificate, key })) return { certificate, key };
  const made = issueAuthority(now);
  await writeAuthority(folder, made);
  return made;
}

async function writeAuthority(folder: string, { certificate, key }: Issued): Promise<void> {
  await writePrivate(join(folder, 'authority.key'), key);
  await writePrivate(join(folder, 'authority.pem'), certificate);
}

async function writeLeaf(path: string, issued: Issued, issuer: Issued): Promise<Leaf> {
  const text = `${issued.certificate}${issued.key}`;
  await writePrivate(path, text);
  const leaf = parseLeaf(text, issuer);
  if (leaf === null) throw new Error('a certificate that was just issued cannot be read');
  return leaf;
}

const certificatePattern = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/;
const keyPattern = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n/;

/** Null when it is not a certificate with its key. */
function parseLeaf(text: string, issuer: Issued): Leaf | null {
  const [certificate = ''] = certificatePattern.exec(text) ?? [];
  const [key = ''] = keyPattern.exec(text) ?? [];
  if (!isPair({ certificate, key })) return null;
  const seen = new X509Certificate(certificate);
  const isOwn = seen.verify(new X509Certificate(issuer.certificate).publicKey);
  return {
    certificate,
    key,
    hosts: (seen.subjectAltName ?? '').split(', ').map((name) => name.replace(/^DNS:/, '')),
    notBefore: seen.validFromDate.getTime(),
    notAfter: seen.validToDate.getTime(),
    authority: isOwn ? viewOf(issuer).fingerprint : '',
  };
}

function isPair({ certificate, key }: Issued): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false; // damaged
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Written beside and renamed: after a crash there is the old or the new one, never half a key. */
async function writePrivate(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, text, { mode: 0o600, flush: true });
  await rename(draft, path);
}
