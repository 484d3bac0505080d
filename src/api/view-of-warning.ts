import type { ComposeProblem } from '../core/compose/load-compose.ts';
import { pointerOf } from './validate-input.ts';

export type WarningView = { pointer: string; place: string; message: string; fix?: string };

/** A warning of the compose loader as the API tells it. */
export function viewOfWarning({ file, line, column, path, message, fix }: ComposeProblem): WarningView {
  return {
    pointer: pointerOf(path.split('.')),
    place: `${file}:${line}:${column}`,
    message,
    ...(fix === undefined ? {} : { fix }),
  };
}
