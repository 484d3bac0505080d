import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';

/** By path, `/package.Service/Method`: a request's message to its answer's. */
export type GrpcMethods = Readonly<Record<string, (message: Uint8Array) => Promise<Uint8Array>>>;

/** Status codes of gRPC (grpc.io/docs/guides/status-codes). */
const status = { ok: '0', unknown: '2', unimplemented: '12' } as const;
const maxMessageBytes = 1024 * 1024;

/**
 * Serves plain calls of gRPC on a connection that is there already: the other side opened it and is the client. Ends with the
 * connection. What a method throws is told as failed, without its words: they may hold a secret.
 */
export function serveGrpc(socket: Duplex, methods: GrpcMethods): void {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    void answer(stream, methods[headers[':path'] ?? '']);
  });
  server.on('sessionError', () => socket.destroy());
  server.emit('connection', socket);
}

async function answer(stream: ServerHttp2Stream, method: GrpcMethods[string] | undefined): Promise<void> {
  try {
    if (method === undefined) return refuse(stream, status.unimplemented);
    const message = await method(await readMessage(stream));
    // gRPC over HTTP/2: a byte that says "not compressed", four for the length, the message; how it went comes as a trailer.
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status.ok }));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.end(Buffer.concat([head, message]));
  } catch {
    refuse(stream, status.unknown);
  }
}

function refuse(stream: ServerHttp2Stream, code: string): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': code },
    { endStream: true },
  );
}

async function readMessage(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > maxMessageBytes) throw new RangeError('a message of gRPC is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).subarray(5);
}
