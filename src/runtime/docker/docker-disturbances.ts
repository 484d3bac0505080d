import type { Runtime } from '../../core/port/runtime.ts';
import type { CraneError } from '../../core/error/crane-error.ts';
import { isGone } from './docker-instances.ts';
import { accept } from './error-answers.ts';
import { isOwnId } from './find-own.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** Done already, or its container runs no more. */
const isAnswer = (error: CraneError): boolean =>
  isGone(error) || /already paused|is not paused|is not running/i.test(error.message);

/** Disturbs and puts back by the engine's own calls. Stopping a process is a signal, so the engine goes on calling it running. */
export function createDisturbanceCalls(context: RuntimeContext): Pick<Runtime, 'disturbInstance'> {
  const { containers } = context.client;
  return {
    async disturbInstance(id, act, signal) {
      if (!(await isOwnId(context, id, signal))) return;
      switch (act.kind) {
        case 'pause':
          return accept(containers.pause(id, signal), isAnswer);
        case 'unpause':
          return accept(containers.unpause(id, signal), isAnswer);
        case 'halt':
          return accept(containers.kill(id, 'SIGSTOP', signal), isAnswer);
        case 'continue':
          return accept(containers.kill(id, 'SIGCONT', signal), isAnswer);
        case 'limit-cpu':
          return accept(containers.update(id, { NanoCpus: Math.round(act.cores * 1e9) }, signal), isAnswer);
        case 'limit-memory':
          // The limit of memory and swap together stays: so all comes back as it was.
          return accept(containers.update(id, { Memory: act.bytes }, signal), isAnswer);
      }
    },
  };
}
