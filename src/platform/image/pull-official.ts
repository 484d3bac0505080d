import { toCraneError, type CraneError } from '../../core/error/crane-error.ts';
import type { EngineClient } from '../../runtime/docker/client/engine-client.ts';
import type { Report } from '../progress.ts';

/** `isRegistryOut`: nothing else needs to be asked of this registry in this run. */
export type PullOutcome = { kind: 'pulled' } | { kind: 'failed'; why: string; isRegistryOut: boolean };

type Request = {
  client: EngineClient;
  reference: string;
  localTag: string;
  step: string;
  report: Report;
  signal?: AbortSignal;
  /** A registry that gives nothing for so long counts as unreachable. */
  stallMs?: number;
};

const usualStallMs = 30_000;
const reportEveryMs = 200;

/**
 * Pulls an image and gives it Crane's own tag; the tag it was pulled under goes again, so that `crane/…` is all that is
 * there to remove later. Throws only when the engine is lost or `signal` aborts: a registry that cannot give the image
 * is an answer.
 */
export async function pullOfficial(request: Request): Promise<PullOutcome> {
  const { client, reference, localTag, step, report, signal, stallMs = usualStallMs } = request;
  report({ step, state: 'started', text: `pulling ${reference}` });
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  const tell = createByteReport(request);
  try {
    await client.images.pull(
      {
        ref: reference,
        onProgress: (progress) => {
          clearTimeout(timer);
          timer = setTimeout(() => stall.abort(), stallMs);
          tell(progress);
        },
      },
      signal === undefined ? stall.signal : AbortSignal.any([signal, stall.signal]),
    );
    await client.images.tag(reference, localTag, signal);
    await client.images.remove(reference, {}, signal);
    return { kind: 'pulled' };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (stall.signal.aborted)
      return { kind: 'failed', why: `no registry answered within ${stallMs / 1000} s`, isRegistryOut: true };
    return explainPull(error);
  } finally {
    clearTimeout(timer);
  }
}

/** What a failed pull says about the registry. Throws what is no word of a registry: a lost engine, a full disk. */
export function explainPull(error: unknown): PullOutcome {
  const failure = toCraneError(error);
  if (failure.code === 'image.not_found')
    return { kind: 'failed', why: firstLine(failure.message), isRegistryOut: false };
  if (failure.code !== 'image.pull_failed' || /no space left/i.test(failure.message)) throw error;
  return { kind: 'failed', why: firstLine(failure.message), isRegistryOut: isRegistryOut(failure) };
}

/** The engine tells only in words why it could not pull. A registry that limits us limits the next image too. */
function isRegistryOut({ message }: CraneError): boolean {
  return /dial tcp|lookup |no such host|server misbehaving|i\/o timeout|Client\.Timeout|deadline exceeded|connection re(fused|set)|network is unreachable|no route to host|proxyconnect|TLS handshake|x509|toomanyrequests|rate limit|unauthorized/i.test(
    message,
  );
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 160);
}

/** Sums the layers, and tells a few times a second: a fast registry reports thousands of times. */
function createByteReport({
  report,
  step,
  reference,
}: Request): (progress: { layer: string; doneBytes: number | null; totalBytes: number | null }) => void {
  const layers = new Map<string, { done: number; total: number }>();
  let toldAt = 0;
  return ({ layer, doneBytes, totalBytes }) => {
    if (doneBytes === null || totalBytes === null) return;
    layers.set(layer, { done: doneBytes, total: totalBytes });
    if (performance.now() - toldAt < reportEveryMs) return;
    toldAt = performance.now();
    let [done, total] = [0, 0];
    for (const item of layers.values()) {
      done += item.done;
      total += item.total;
    }
    report({ step, state: 'progress', text: `pulling ${reference}`, done, total, unit: 'bytes' });
  };
}
