import type { ContainerDetails } from './client/container-reply.ts';
import { isOwn, labels } from './docker-labels.ts';
import { orNull } from './error-answers.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The container when it is this installation's; a foreign one is as good as none. */
export async function findOwn(
  { client, installation, own }: RuntimeContext,
  id: string,
  signal?: AbortSignal,
): Promise<ContainerDetails | null> {
  const details = await orNull(client.containers.inspect(id, signal));
  if (details === null || !isOwn(details.labels, installation)) return null;
  own.addContainer(details.id, details.labels[labels.app] ?? '');
  return details;
}

export async function isOwnId(context: RuntimeContext, id: string, signal?: AbortSignal): Promise<boolean> {
  return context.own.appOfContainer(id) !== null || (await findOwn(context, id, signal)) !== null;
}
