import { finished } from 'node:stream/promises';
import type { Duplex } from 'node:stream';
import { closableStream } from './closable-stream.ts';
import type { HijackedConnection } from './connect.ts';
import { createdExec, execDetails } from './container-reply.ts';
import { connectionError } from './engine-error.ts';
import { enginePath } from './request-path.ts';
import type { EngineRequest, Transport } from './transport.ts';

export type ExecSpec = {
  command: readonly string[];
  hasTty: boolean;
  hasInput: boolean;
  environment?: readonly string[];
  user?: string;
  workingDir?: string;
  isPrivileged?: boolean;
};

/** A terminal or pipe into a container. */
export type AttachedStream = {
  /** As the engine sends it: multiplexed unless there is a terminal. Ends with the process. */
  output: AsyncIterable<Uint8Array>;
  /** Resolves when the engine has taken the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** End of input; the output goes on. */
  endInput(): void;
  close(): void;
};

export type ExecsApi = {
  create(container: string, spec: ExecSpec, signal?: AbortSignal): Promise<string>;
  /** Runs it; aborting the signal closes the stream (the process sees its terminal hang up). */
  start(id: string, request: { hasTty: boolean }, signal?: AbortSignal): Promise<AttachedStream>;
  resize(id: string, size: { rows: number; columns: number }, signal?: AbortSignal): Promise<void>;
  inspect(
    id: string,
    signal?: AbortSignal,
  ): Promise<{ isRunning: boolean; pid: number; exitCode: number | null }>;
  /** Attaches to a container's main process. Attach before starting it to miss nothing. */
  attach(
    container: string,
    request: { hasInput: boolean; hasPast: boolean },
    signal?: AbortSignal,
  ): Promise<AttachedStream>;
  resizeContainer(
    container: string,
    size: { rows: number; columns: number },
    signal?: AbortSignal,
  ): Promise<void>;
};

export function createExecsApi(transport: Transport): ExecsApi {
  const open = async (request: EngineRequest): Promise<AttachedStream> =>
    attachStream(await transport.hijack(request), request.what, transport.where, request.signal);
  const resize = async (
    what: string,
    path: string,
    { rows, columns }: { rows: number; columns: number },
    signal?: AbortSignal,
  ): Promise<void> => {
    await transport.send({ what, method: 'POST', path, query: { h: rows, w: columns }, signal });
  };
  return {
    create: (container, spec, signal) =>
      transport.json(
        {
          what: `Prepare a command in container ${container}`,
          method: 'POST',
          path: enginePath`/containers/${container}/exec`,
          body: { json: renderExec(spec) },
          signal,
        },
        createdExec,
      ),
    start: (id, { hasTty }, signal) =>
      open({
        what: 'Run a command in a container',
        method: 'POST',
        path: enginePath`/exec/${id}/start`,
        body: { json: { Detach: false, Tty: hasTty } },
        signal,
      }),
    resize: (id, size, signal) => resize('Resize a terminal', enginePath`/exec/${id}/resize`, size, signal),
    inspect: (id, signal) =>
      transport.json(
        { what: 'Inspect a command', method: 'GET', path: enginePath`/exec/${id}/json`, signal },
        execDetails,
      ),
    attach: (container, { hasInput, hasPast }, signal) =>
      open({
        what: `Attach to container ${container}`,
        method: 'POST',
        path: enginePath`/containers/${container}/attach`,
        query: { stream: true, stdout: true, stderr: true, stdin: hasInput, logs: hasPast },
        signal,
      }),
    resizeContainer: (container, size, signal) =>
      resize('Resize a terminal', enginePath`/containers/${container}/resize`, size, signal),
  };
}

function renderExec(spec: ExecSpec): Record<string, unknown> {
  return {
    AttachStdin: spec.hasInput,
    AttachStdout: true,
    AttachStderr: true,
    Tty: spec.hasTty,
    Cmd: spec.command,
    Env: spec.environment ?? [],
    Privileged: spec.isPrivileged ?? false,
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.workingDir === undefined ? {} : { WorkingDir: spec.workingDir }),
  };
}

function attachStream(
  { socket }: HijackedConnection,
  what: string,
  where: string,
  signal: AbortSignal | undefined,
): AttachedStream {
  let isClosed = false;
  const close = (): void => {
    isClosed = true;
    socket.destroy();
  };
  const onAbort = close;
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  // Also keeps a late reset from becoming an uncaught error.
  void finished(socket, { readable: true, writable: false })
    .catch(() => undefined)
    .then(() => signal?.removeEventListener('abort', onAbort));
  socket.on('error', () => undefined);
  return {
    output: closableStream(signal, (stop) =>
      readSocket(socket, stop, (error) => {
        // Whoever closed it knows why the output ends.
        if (!isClosed) throw connectionError(what, where, error);
      }),
    ),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) =>
          error === null || error === undefined ? resolve() : reject(connectionError(what, where, error)),
        );
      }),
    endInput: () => void socket.end(),
    close,
  };
}

async function* readSocket(
  socket: Duplex,
  stop: AbortSignal,
  onError: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  const onStop = (): void => void socket.destroy();
  stop.addEventListener('abort', onStop, { once: true });
  const reader: AsyncIterator<Uint8Array> = socket[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await reader.next();
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    if (!stop.aborted) onError(error);
  } finally {
    stop.removeEventListener('abort', onStop);
    socket.destroy();
  }
}
