/** The authority of this installation as people see it. Its key never leaves the folder it lies in. */
export type Authority = {
  /** Common name, `Crane local authority 1a2b3c4d`. */
  subject: string;
  /** SHA-256 of the certificate, upper-case hexadecimal pairs with colons, as browsers show it. */
  fingerprint: string;
  notBefore: number;
  notAfter: number;
  /** The certificate in PEM: public. */
  certificate: string;
};

/** A server's certificate and its key in PEM. The key is secret. */
export type ServerCertificate = { certificate: string; key: string; notAfter: number };

/** Issues the certificates of apps. The authority is made at first need. */
export type Certificates = {
  authority(): Promise<Authority>;
  /** Of an app with these hosts; the same as long as it may stay (core/certificate/leaf.ts). */
  issue(app: string, hosts: readonly string[]): Promise<ServerCertificate>;
  /** The app has none any more; absent is fine. */
  forget(app: string): Promise<void>;
  /** All apps' certificates are issued anew when next asked for; with `authority` by a new authority. */
  renew(what: 'leaves' | 'authority'): Promise<Authority>;
};
