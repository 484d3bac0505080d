import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { splitSocket } from './split-socket.ts';

export type HttpRequest = {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  signal: AbortSignal | undefined;
};

/** The body streams; it is read with `readText`, or as it comes. */
export type HttpAnswer = {
  status: number;
  header(name: string): string | null;
  body: AsyncIterable<Uint8Array>;
};

type Ask = {
  (url: URL, options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest;
  (options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest;
};

/**
 * An import would load everything these modules offer, a WebSocket client among it: 30 ms of each command. So does `fetch` when
 * it is used first.
 */
export function requestOver(protocol: string): Ask {
  return protocol === 'https:'
    ? process.getBuiltinModule('node:https').request
    : process.getBuiltinModule('node:http').request;
}

/**
 * One request; resolves with the head of the answer, whatever its status. Throws the signal's reason once it aborts, and the
 * error of the connection (`code: 'ECONNREFUSED'`) when there is no answer. Does not follow redirects: the API has none.
 */
export function sendHttp({ url, method, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const address = new URL(url);
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = {
      method,
      headers: { ...headers, ...length },
      ...(signal === undefined ? {} : { signal }),
    };
    const socket = splitSocket(url);
    const ask = requestOver(address.protocol);
    const onAnswer = (answer: IncomingMessage): void => {
      resolve({
        status: answer.statusCode ?? 0,
        header: (name) => {
          const value = answer.headers[name];
          return value === undefined ? null : String(value);
        },
        body: readBody(answer, signal),
      });
    };
    const sent =
      socket === null
        ? ask(address, options, onAnswer)
        : ask({ ...options, ...socket, host: 'localhost' }, onAnswer);
    sent.once('error', (error) => reject(reasonOf(signal, error)));
    sent.end(body ?? undefined);
  });
}

async function* readBody(
  answer: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* answer;
  } catch (error) {
    throw reasonOf(signal, error);
  }
}

/** Node wraps the reason of an abort; who aborted knows its own error better. */
function reasonOf(signal: AbortSignal | undefined, error: unknown): unknown {
  return signal?.aborted === true ? signal.reason : error;
}

export async function readBytes({ body }: Pick<HttpAnswer, 'body'>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

export async function readText(answer: Pick<HttpAnswer, 'body'>): Promise<string> {
  return new TextDecoder().decode(await readBytes(answer));
}

/** The JSON of a text; the text itself when it is none. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
