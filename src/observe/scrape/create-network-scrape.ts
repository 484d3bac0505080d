import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Scrape, ScrapeRequest, ScrapeResult } from '../../core/port/scrape.ts';

/** A connection that nothing was read over for so long goes; instances are read more often than that. */
const idleMs = 30_000;

/** Reads metrics over the network of this machine. Connections are kept: making one costs four times as much as a reading. */
export function createNetworkScrape(): Scrape {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1, timeout: idleMs });
  return async (request, signal) => {
    const stop = new AbortController();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      stop.abort();
    }, request.timeoutMs);
    const leave = (): void => stop.abort();
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await read(await send(agent, request, stop.signal), request.maxBytes);
    } catch (error) {
      if (isLate) return failed(`no whole answer within ${request.timeoutMs} ms`);
      return failed(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    }
  };
}

/** Asked anew when a kept connection was closed just as it was taken, or when another instance has that address now. */
async function send(agent: Agent, request: ScrapeRequest, signal: AbortSignal): Promise<IncomingMessage> {
  for (;;) {
    const outgoing = start(agent, request, signal);
    try {
      return await answerOf(outgoing);
    } catch (error) {
      if (!outgoing.reusedSocket || signal.aborted) throw error;
    }
  }
}

function start(
  agent: Agent,
  { address, port, path, accept }: ScrapeRequest,
  signal: AbortSignal,
): ClientRequest {
  return httpRequest({
    host: address,
    port,
    path,
    headers: {
      ...(accept === null ? {} : { accept }),
      // What is compressed can be far larger than its limit.
      'accept-encoding': 'identity',
    },
    agent,
    signal,
  });
}

function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve);
    // Stays for later errors, which the reader of the body sees too.
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function read(response: IncomingMessage, maxBytes: number): Promise<ScrapeResult> {
  const { 'content-encoding': encoding = 'identity', 'content-type': contentType = null } = response.headers;
  if (encoding !== 'identity') {
    response.destroy();
    return failed(`the answer is ${encoding}, which was not asked for`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    // Leaving the loop closes the connection.
    if (size > maxBytes) return failed(`more than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return { kind: 'answer', status: response.statusCode ?? 0, contentType, body: Buffer.concat(chunks) };
}

function failed(reason: string): ScrapeResult {
  return { kind: 'failed', reason };
}
