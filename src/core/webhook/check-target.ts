import { CraneError } from '../error/crane-error.ts';
import { classifyAddress, type AddressClass } from './classify-address.ts';

/** Whose webhooks may go where: only an admin's may go to this machine and its private networks, where control ports listen. */
export function isAllowedTarget(kind: AddressClass, role: 'admin' | 'user'): boolean {
  return kind === 'public' || (role === 'admin' && kind !== 'forbidden');
}

/**
 * An address that may be told events. A name is judged again when it is connected to, by what it resolves to then.
 * @throws webhook.refused.
 */
export function checkTarget(text: string, role: 'admin' | 'user'): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw refused('must be an http or https address', 'Write it as https://example.com/path.');
  if (url.username !== '' || url.password !== '')
    throw refused('must not hold a user or password', 'Check the signature at the receiver instead.');
  if (url.hash !== '') throw refused('must not hold a fragment (#…)', 'It would not be sent.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const kind = kindOfHost(host);
  if (kind === null || isAllowedTarget(kind, role)) return url;
  throw refused(
    kind === 'forbidden'
      ? `${host} is link-local, a metadata service, or reserved`
      : `${host} is on this machine or in a private network, where only an admin's webhooks may go`,
    'Choose an address that others can reach too.',
  );
}

/** Null for a name: what it is, shows when it is resolved. */
function kindOfHost(host: string): AddressClass | null {
  if (/^(.*\.)?localhost\.?$/i.test(host)) return 'loopback';
  return /^[\d.]+$/.test(host) || host.includes(':') ? classifyAddress(host) : null;
}

function refused(message: string, fix: string): CraneError {
  return new CraneError('webhook.refused', {
    message: `url: ${message}`,
    fix,
    errors: [{ pointer: '/url', message }],
  });
}
