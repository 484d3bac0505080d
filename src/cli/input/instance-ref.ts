import { usageError } from '../cli-error.ts';

/** `APP` or `APP/SERVICE`. */
export type InstanceRef = { app: string; service: string | null };

export function parseInstanceRef(text: string): InstanceRef {
  const match = /^([^/]+)(?:\/([^/]+))?$/.exec(text);
  const app = match?.[1];
  if (app === undefined)
    throw usageError(
      `"${text}" is no app and service.`,
      'Write it as APP or APP/SERVICE, for example shop-1/web.',
    );
  return { app, service: match?.[2] ?? null };
}
