/** Names the sleeping service that a request is for, `app/service/port`; the router sets it, whatever a client sent. */
export const wakeHeader = 'X-Crane-Wake';

export type WakeTarget = { app: string; service: string; port: number };

/** Null: it names no service. */
export function parseWakeHeader(text: string | undefined): WakeTarget | null {
  const [, app, service, port] = /^([^/]+)\/([^/]+)\/([0-9]{1,5})$/.exec(text ?? '') ?? [];
  if (app === undefined || service === undefined || port === undefined) return null;
  return { app, service, port: Number(port) };
}
