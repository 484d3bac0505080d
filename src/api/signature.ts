import { createHmac } from 'node:crypto';
import { CraneError } from '../core/error/crane-error.ts';
import { isSameSecret } from './authenticate.ts';

/** A signature is taken for so long before and after the time it names. */
export const signatureWindowMs = 300_000;

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 over `<seconds>.<body>`. */
export function signBody(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** @throws auth.invalid when it is malformed, made with another secret or over another body, or not of now. */
export function checkSignature(header: string, secret: string, body: string, now: number): void {
  const [, text] = /^t=(\d{1,12}),v1=[0-9a-f]{64}$/.exec(header) ?? [];
  const seconds = Number(text);
  if (text === undefined || !isSameSecret(header, signBody(secret, seconds, body)))
    throw new CraneError('auth.invalid', {
      message: 'The signature does not belong to this body and this hook.',
      fix: 'Sign "<seconds>.<body>", the body byte for byte as it is sent, with the secret of this hook.',
    });
  if (Math.abs(now - seconds * 1000) > signatureWindowMs)
    throw new CraneError('auth.invalid', {
      message: `The signature is of ${new Date(seconds * 1000).toISOString()}, more than ${signatureWindowMs / 1000} s from now.`,
      fix: 'Sign each call anew, with the time of now; check the clocks of both machines.',
    });
}
