import {
  bits,
  explicit,
  fromHex,
  implicit,
  objectId,
  octets,
  sequence,
  set,
  someBits,
  text,
  time,
  whole,
  yes,
} from './der.ts';

/** What a certificate says (RFC 5280). Times in milliseconds; a fraction of a second is dropped. */
export type CertificateFacts = {
  /** At most 20 bytes, unguessable, never used before by this authority. */
  serial: Uint8Array;
  /** Common name, at most 64 characters. */
  subject: string;
  issuer: string;
  notBefore: number;
  notAfter: number;
  /** SubjectPublicKeyInfo in DER, as Node exports it (`spki`). */
  publicKey: Uint8Array;
  /** SHA-1 or another digest of the keys, hexadecimal: links a certificate to its issuer. */
  keyId: string;
  issuerKeyId: string;
  usage: { kind: 'authority' } | { kind: 'server'; hosts: readonly string[] };
};

const oid = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

const algorithm = sequence(objectId(oid.ecdsaWithSha256));

/** The part of a certificate that its issuer signs, with ECDSA on P-256 and SHA-256. */
export function renderToBeSigned(facts: CertificateFacts): Uint8Array {
  return sequence(
    explicit(0, whole(2)),
    whole(facts.serial),
    algorithm,
    renderName(facts.issuer),
    sequence(time(facts.notBefore), time(facts.notAfter)),
    renderName(facts.subject),
    facts.publicKey,
    explicit(3, sequence(...renderExtensions(facts))),
  );
}

/** The certificate in DER; `signature` as ECDSA gives it in DER. */
export function renderCertificate(toBeSigned: Uint8Array, signature: Uint8Array): Uint8Array {
  return sequence(toBeSigned, algorithm, bits(signature));
}

function renderName(commonName: string): Uint8Array {
  const part = (type: string, value: string): Uint8Array => set(sequence(objectId(type), text(value)));
  return sequence(part(oid.organization, 'Crane'), part(oid.commonName, commonName));
}

function renderExtensions({ usage, keyId, issuerKeyId }: CertificateFacts): Uint8Array[] {
  const extension = (type: string, isCritical: boolean, value: Uint8Array): Uint8Array =>
    sequence(objectId(type), ...(isCritical ? [yes()] : []), octets(value));
  const common = [
    extension(oid.subjectKeyId, false, octets(fromHex(keyId))),
    extension(oid.authorityKeyId, false, sequence(implicit(0, fromHex(issuerKeyId)))),
  ];
  if (usage.kind === 'authority')
    return [
      // It signs servers' certificates only, no further authorities (path length 0).
      extension(oid.basicConstraints, true, sequence(yes(), whole(0))),
      // keyCertSign and cRLSign: bits 5 and 6.
      extension(oid.keyUsage, true, someBits(0b0000_0110, 1)),
      ...common,
    ];
  const names = usage.hosts.map((host) => implicit(2, new TextEncoder().encode(host)));
  return [
    extension(oid.basicConstraints, true, sequence()),
    // digitalSignature: bit 0.
    extension(oid.keyUsage, true, someBits(0b1000_0000, 7)),
    extension(oid.extendedKeyUsage, false, sequence(objectId(oid.serverAuth))),
    extension(oid.subjectAltName, false, sequence(...names)),
    ...common,
  ];
}
