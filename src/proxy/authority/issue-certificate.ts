import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { validity } from '../../core/certificate/leaf.ts';
import {
  renderCertificate,
  renderToBeSigned,
  type CertificateFacts,
} from '../../core/certificate/render-certificate.ts';

/** A certificate and its key, both in PEM. */
export type Issued = { certificate: string; key: string };

type Keys = { publicKey: Buffer; keyId: string; key: string };

/** RFC 5280, 4.2.1.2: the key's id is the SHA-1 of the key itself; here of the whole structure, which is as unique. */
const keyIdOf = (publicKey: Buffer): string => createHash('sha1').update(publicKey).digest('hex');

function makeKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return {
    publicKey: spki,
    keyId: keyIdOf(spki),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A serial number of 127 random bits that is positive and has no leading zero byte. */
function makeSerial(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function signed(facts: CertificateFacts, key: string): string {
  const toBeSigned = renderToBeSigned(facts);
  const signature = sign('sha256', toBeSigned, createPrivateKey(key));
  return new X509Certificate(renderCertificate(toBeSigned, signature)).toString();
}

/** An authority of its own, signed by itself. */
export function issueAuthority(now: number): Issued {
  const { publicKey, keyId, key } = makeKeys();
  // People may trust more than one in their lives: the name tells them apart.
  const subject = `Crane local authority ${keyId.slice(0, 8)}`;
  const facts: CertificateFacts = {
    serial: makeSerial(),
    subject,
    issuer: subject,
    notBefore: now - validity.backdateMs,
    notAfter: now + validity.authorityMs,
    publicKey,
    keyId,
    issuerKeyId: keyId,
    usage: { kind: 'authority' },
  };
  return { certificate: signed(facts, key), key };
}

/** A server's certificate for these hosts, with a key of its own. It does not outlive its authority. */
export function issueLeaf(authority: Issued, hosts: readonly string[], now: number): Issued {
  const { publicKey, keyId, key } = makeKeys();
  const issuer = new X509Certificate(authority.certificate);
  const facts: CertificateFacts = {
    serial: makeSerial(),
    subject: (hosts[0] ?? 'localhost').slice(0, 64),
    issuer: commonNameOf(issuer),
    notBefore: now - validity.backdateMs,
    notAfter: Math.min(now + validity.leafMs, issuer.validToDate.getTime()),
    publicKey,
    keyId,
    issuerKeyId: keyIdOf(issuer.publicKey.export({ type: 'spki', format: 'der' })),
    usage: { kind: 'server', hosts },
  };
  return { certificate: signed(facts, authority.key), key };
}

/** The common name of its subject; empty when it has none. */
export function commonNameOf({ subject }: X509Certificate): string {
  return /^CN=(.*)$/m.exec(subject)?.[1] ?? '';
}
