import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Mail, SendMail, SendResult } from '../../core/port/send-message.ts';
import {
  describeFailure,
  findAddress,
  systemResolve,
  TargetRefusedError,
  type Resolve,
} from '../resolve-target.ts';

/**
 * Hands a mail to its server, over a connection of its own to the one address that was judged; the certificate is checked
 * against the name. A mail counts as taken when the server took it for every recipient.
 */
export function createMailSender(options: { resolve?: Resolve; ca?: string | undefined } = {}): SendMail {
  const resolve = options.resolve ?? systemResolve;
  return async (mail, signal) => {
    const began = performance.now();
    const limit = AbortSignal.timeout(mail.timeoutMs);
    const ended = (result: Omit<SendResult, 'tookMs'>): SendResult => ({
      ...result,
      tookMs: Math.round(performance.now() - began),
    });
    try {
      const { address } = await findAddress(mail, resolve, limit);
      await deliver(
        mail,
        address,
        options.ca,
        AbortSignal.any(signal === undefined ? [limit] : [limit, signal]),
      );
      return ended({ error: null, isFinal: false });
    } catch (error) {
      return ended(judge(error, limit, mail.timeoutMs));
    }
  };
}

async function deliver(
  mail: Mail,
  address: string,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { host, port, tls, user, password, timeoutMs } = mail;
  const transport = createTransport({
    host: address,
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === undefined ? {} : { ca }) },
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Nothing of a message may make this process read files or fetch addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { from, to, subject, text, messageId } = mail;
  const stop = Promise.withResolvers<never>();
  const abort = (): void => stop.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    const sending = transport.sendMail({ from, to: [...to], subject, text, messageId });
    const { rejected } = await Promise.race([sending, stop.promise]);
    if (rejected.length > 0)
      throw new TargetRefusedError(`the server refused ${rejected.length} of ${to.length} recipient(s)`);
  } finally {
    signal.removeEventListener('abort', abort);
    transport.close();
  }
}

/** The server's code, and none of its words: they may repeat what was sent. 5xx says that trying again would not help. */
function judge(error: unknown, limit: AbortSignal, timeoutMs: number): Omit<SendResult, 'tookMs'> {
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : Number.NaN;
  const kind = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (kind === 'EAUTH')
    return { error: `the server did not take user and password${shown(code)}`, isFinal: code >= 500 };
  if (kind === 'ETLS') return { error: 'the server does not offer TLS, which is required', isFinal: false };
  if (code >= 400) return { error: `the server answered ${code}`, isFinal: code >= 500 };
  if (kind === 'ETIMEDOUT') return { error: `no answer within ${timeoutMs / 1000} s`, isFinal: false };
  if (kind === 'ESOCKET' || kind === 'ECONNECTION') return { error: describeSocket(error), isFinal: false };
  return { error: describeFailure(error, limit, timeoutMs), isFinal: error instanceof TargetRefusedError };
}

function shown(code: number): string {
  return Number.isNaN(code) ? '' : ` (${code})`;
}

/** The library's own code hides the system's, which only its message names. */
function describeSocket(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (/ECONNREFUSED/.test(message)) return 'nobody listens there';
  if (/certificate|self.signed|altnames|CERT_/i.test(message)) return 'its certificate is not trusted';
  if (/SSL|TLS/i.test(message)) return 'it does not speak TLS there';
  return 'the connection was cut';
}
