import { usageError } from '../cli-error.ts';

/** `shop-1` or `shop-1/web`. @throws usage error. */
export function parseServiceRef(text: string): { app: string; service: string | null } {
  const [app = '', service, ...rest] = text.split('/');
  if (app === '' || service === '' || rest.length > 0)
    throw usageError(
      `${JSON.stringify(text.slice(0, 80))} is not APP or APP/SERVICE.`,
      'Write it as shop-1/web.',
    );
  return { app, service: service ?? null };
}
