import { CraneError } from '../core/error/crane-error.ts';
import { instanceLabel } from '../core/service/instance.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findInstance, type InstanceInput } from './exec-command.ts';

export type FilesInput = InstanceInput & { path: string };

/** A file or folder of a running instance as a tar; it is known to be there when this resolves. */
export async function readFiles(
  deps: ActionDeps,
  actor: Actor,
  input: FilesInput,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { instance } = await findInstance(deps, actor, input, signal);
  const parts = deps.runtime.readArchive(instance.id, input.path, signal)[Symbol.asyncIterator]();
  const first = await parts.next();
  return (async function* () {
    try {
      for (let part = first; part.done !== true; part = await parts.next()) yield part.value;
    } finally {
      await parts.return?.();
    }
  })();
}

/** Unpacks a tar of at most `maxBytes` into a folder of a running instance. The feed tells who did. */
export async function writeFiles(
  deps: ActionDeps,
  actor: Actor,
  input: FilesInput,
  { tar, maxBytes }: { tar: AsyncIterable<Uint8Array>; maxBytes: number },
  signal: AbortSignal,
): Promise<{ instance: string }> {
  const { app, instance } = await findInstance(deps, actor, input, signal);
  await deps.runtime.writeArchive(instance.id, input.path, limitBytes(tar, maxBytes), signal);
  const label = instanceLabel(instance);
  deps.store.feed.append({
    at: deps.clock.now(),
    kind: 'instance.exec',
    appId: app.id,
    app: app.uniqueName,
    text: `${actor.user.name} copied files into ${label}`,
    data: { instance: label, user: actor.user.name, program: 'cp' },
  });
  return { instance: label };
}

async function* limitBytes(tar: AsyncIterable<Uint8Array>, maxBytes: number): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of tar) {
    size += chunk.length;
    if (size > maxBytes)
      throw new CraneError('input.too_large', {
        message: `The files have more than ${Math.round(maxBytes / 1024 ** 2)} MiB.`,
        fix: 'Copy less at once.',
      });
    yield chunk;
  }
}
