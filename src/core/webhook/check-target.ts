import { CraneError } from '../error/crane-error.ts';
import type { ErrorCode } from '../error/error-codes.ts';
import { classifyAddress, type AddressClass } from './classify-address.ts';

/** Whose webhooks may go where: only an admin's may go to this machine and its private networks, where control ports listen. */
export function isAllowedTarget(kind: AddressClass, role: 'admin' | 'user'): boolean {
  return kind === 'public' || (role === 'admin' && kind !== 'forbidden');
}

/**
 * An address that may be told events. A name is judged again when it is connected to, by what it resolves to then.
 * @throws `code` when it is malformed or not allowed.
 */
export function checkTarget(
  text: string,
  role: 'admin' | 'user',
  { code = 'webhook.refused', pointer = '/url' }: { code?: ErrorCode; pointer?: string } = {},
): URL {
  const refused = (message: string, fix: string): CraneError => refusal(code, pointer, message, fix);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw refused('must be an http or https address', 'Write it as https://example.com/path.');
  if (url.username !== '' || url.password !== '')
    throw refused('must not hold a user or password', 'Check the signature at the receiver instead.');
  if (url.hash !== '') throw refused('must not hold a fragment (#…)', 'It would not be sent.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const kind = kindOfHost(host);
  if (kind === null || isAllowedTarget(kind, role)) return url;
  throw refused(...notAllowed(host, kind));
}

/** The same of a host alone, such as a mail server's. @throws target.not_allowed. */
export function checkTargetHost(host: string, role: 'admin' | 'user', pointer: string): void {
  const kind = kindOfHost(host.replace(/^\[|\]$/g, ''));
  if (kind !== null && !isAllowedTarget(kind, role))
    throw refusal('target.not_allowed', pointer, ...notAllowed(host, kind));
}

function notAllowed(host: string, kind: AddressClass): [message: string, fix: string] {
  return [
    kind === 'forbidden'
      ? `${host} is link-local, a metadata service, or reserved`
      : `${host} is on this machine or in a private network, where only what an admin adds may go`,
    'Choose an address that others can reach too.',
  ];
}

/** Null for a name: what it is, shows when it is resolved. */
function kindOfHost(host: string): AddressClass | null {
  if (/^(.*\.)?localhost\.?$/i.test(host)) return 'loopback';
  return /^[\d.]+$/.test(host) || host.includes(':') ? classifyAddress(host) : null;
}

function refusal(code: ErrorCode, pointer: string, message: string, fix: string): CraneError {
  return new CraneError(code, {
    message: `${pointer.split('/').at(-1) ?? ''}: ${message}`,
    fix,
    errors: [{ pointer, message }],
  });
}
