import { authorization, socketProtocols } from '../client/session.ts';
import { t } from '../words/t.ts';

/** Where a command runs: in an instance by its slot, or in a new one of its own. Without words a new one runs the service's command. */
export type Place = {
  app: string;
  service: string;
  instance: number | 'one-off';
  command: readonly string[];
};
export type Size = { rows: number; columns: number };

export type Session = {
  write: (text: string) => void;
  resize: (size: Size) => void;
  close: () => void;
};

/** Runs the command of `place` over a WebSocket; bytes of both outputs as they come, then one sentence how it ended. */
export function openSession(
  { app, service, instance, command }: Place,
  size: Size,
  on: { bytes: (bytes: Uint8Array) => void; end: (why: string) => void },
): Session {
  const isOneOff = instance === 'one-off';
  const path = isOneOff
    ? `/api/v1/apps/${encodeURIComponent(app)}/run`
    : `/api/v1/apps/${encodeURIComponent(app)}/exec`;
  const query = new URLSearchParams({ service, ...(isOneOff ? {} : { instance: String(instance) }) });
  const address = `${location.origin.replace(/^http/, 'ws')}${path}?${query}`;
  const socket = new WebSocket(address, socketProtocols());
  socket.binaryType = 'arraybuffer';
  let isOpen = false;
  let why: string | null = null;
  const say = (message: object): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  socket.addEventListener('open', () => {
    isOpen = true;
    say({ command, tty: true, stdin: true, environment: { TERM: 'xterm-256color' }, size });
  });
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    // The first byte tells which output it is; a terminal has one.
    if (data instanceof ArrayBuffer) on.bytes(new Uint8Array(data, 1));
    else if (typeof data === 'string') why = endOf(JSON.parse(data)) ?? why;
  });
  socket.addEventListener('close', () => {
    if (why !== null) on.end(why);
    else if (isOpen) on.end(t('The connection was lost.'));
    else void refusalOf(`${path}?${query}`).then(on.end);
  });
  const encoder = new TextEncoder();
  return {
    write: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(encoder.encode(text));
    },
    resize: ({ rows, columns }) => say({ type: 'resize', rows, columns }),
    close: () => socket.close(),
  };
}

function endOf(event: unknown): string | null {
  if (typeof event !== 'object' || event === null || !('type' in event)) return null;
  if (event.type === 'exit' && 'exitCode' in event)
    return t('It ended with exit code {code}.', { code: String(event.exitCode) });
  if (event.type !== 'error' || !('problem' in event)) return null;
  return detailOf(event.problem);
}

function detailOf(problem: unknown): string {
  const isProblem = typeof problem === 'object' && problem !== null && 'detail' in problem;
  return isProblem ? String(problem.detail) : t('The control plane refused it.');
}

/** A browser does not tell why an upgrade was refused; the same address, asked plainly, does. */
async function refusalOf(path: string): Promise<string> {
  try {
    const answer = await fetch(path, { headers: authorization() });
    return answer.status === 426 ? t('The connection could not be opened.') : detailOf(await answer.json());
  } catch {
    return t('The control plane cannot be reached.');
  }
}
