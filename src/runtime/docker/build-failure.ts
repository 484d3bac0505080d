import { CraneError } from '../../core/error/crane-error.ts';

export type FailedStep = { number: number; total: number; text: string };

/** The builder's error with the step it happened in and what that said last; other errors as they are. */
export function createBuildFailure(
  service: string,
  { error, step, tail }: { error: unknown; step: FailedStep | null; tail: readonly string[] },
): unknown {
  if (!(error instanceof CraneError) || !isBuildersWord(error)) return error;
  // The transport's words begin with its own name of the call.
  const reason = error.message.replace(/^Build [^ ]+: /, '');
  const at = step === null ? '' : ` at step ${step.number}/${step.total} "${step.text}"`;
  return new CraneError(
    'image.build_failed',
    {
      message: [`The build of ${service} failed${at}: ${reason}`, ...tail.map((line) => `  ${line}`)].join(
        '\n',
      ),
      fix: 'Correct the Dockerfile or its context, and deploy again; what ran before keeps running.',
    },
    { cause: error },
  );
}

/** A Dockerfile that cannot be read is refused before the log begins, in the engine's general words. */
function isBuildersWord({ code, message }: CraneError): boolean {
  return (
    code === 'image.build_failed' ||
    (code === 'engine.failed' && /dockerfile|instruction|stage/i.test(message))
  );
}
