import { placeOf } from '../client/split-socket.ts';
import { followStream, type StreamRequest } from './follow-stream.ts';
import type { LogRequest } from './api.ts';
import type { LogLineView } from './views.ts';
import { withoutLogin } from './without-login.ts';

/** For each instance the time of its last line, and how many lines of just that time there were. */
export type Positions = Map<string, { at: number; count: number }>;

export function noteLine(positions: Positions, { instance, at }: Pick<LogLineView, 'instance' | 'at'>): void {
  const known = positions.get(instance);
  if (at === null || (known !== undefined && at < known.at)) return;
  positions.set(instance, { at, count: known?.at === at ? known.count + 1 : 1 });
}

/**
 * The lines of an app, over as many connections as it takes: after a loss it goes on where each instance's log had been read up to, without a
 * gap or a line twice. Ends with the app, or when all that was asked for was given.
 */
export async function* streamLogs(
  address: string,
  request: LogRequest,
  { token, signal }: Pick<StreamRequest, 'token' | 'signal'>,
): AsyncGenerator<LogLineView, void, undefined> {
  const positions: Positions = new Map();
  const resumeUrl = (): string => `${address}?${logsQuery(request, positions)}`;
  const stream = { url: resumeUrl(), resumeUrl, token, after: null, signal, isEndless: true };
  try {
    const { logLine } = await import('./views.ts');
    for await (const event of followStream(stream)) {
      if (event.event === 'end') return;
      const line = logLine.parse(event.data);
      noteLine(positions, line);
      yield line;
    }
  } catch (error) {
    throw withoutLogin(placeOf(address), error);
  }
}

function logsQuery({ service, follow, tail, sinceMs, untilMs }: LogRequest, positions: Positions): string {
  const query = new URLSearchParams({ follow: String(follow) });
  if (service !== undefined) query.set('service', service);
  if (tail !== null) query.set('tail', String(tail));
  if (sinceMs !== null) query.set('sinceMs', String(Math.round(sinceMs)));
  if (untilMs !== null) query.set('untilMs', String(Math.round(untilMs)));
  const after = [...positions].map(([instance, { at, count }]) => `${instance}@${at}+${count}`).join(',');
  if (after !== '') query.set('after', after);
  return query.toString();
}
