import type { Runtime } from '../../core/port/runtime.ts';
import { labels } from './docker-labels.ts';
import type { RuntimeContext } from './runtime-context.ts';

export function createOneOffObserver({
  client,
  installation,
  own,
}: RuntimeContext): Runtime['observeOneOffs'] {
  return async (app, signal) => {
    const wanted = app === null ? labels.app : `${labels.app}=${app}`;
    const label = [`${labels.installation}=${installation}`, labels.run, wanted];
    const summaries = await client.containers.list({ all: true, filters: { label } }, signal);
    return summaries.map(({ id, name, labels: found, createdAt }) => {
      const of = { app: found[labels.app] ?? '', service: found[labels.service] ?? '' };
      own.addContainer(id, of.app);
      return { id, name, createdAt, ...of };
    });
  };
}
