import { CraneError } from '../core/error/crane-error.ts';

/**
 * Places between two effects where a sudden death of the process would show a missing repair. Each is passed by name in
 * the code beside it; a test dies at every one of them.
 */
export const crashPoints = [
  'operation.begun',
  'operation.before-end',
  'deploy.images-resolved',
  'deploy.images-scanned',
  'deploy.release-stored',
  'deploy.stable',
  'deploy.giving-up',
  'restart.release-stored',
  'delete.instances-gone',
  'delete.networks-removed',
  'delete.volumes-removed',
  'delete.routes-withdrawn',
  'ground.network-made',
  'ground.volume-made',
  'ground.router-attached',
  'instance.before-create',
  'instance.created',
  'instance.started',
  'instance.before-replace',
  'instance.replaced-removed',
  'instance.unrouted',
  'instance.before-stop',
  'instance.stopped',
  'instance.removed',
  'routes.before-publish',
  'routes.published',
  'scale.decided',
  'heal.decided',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** Marks that the code has come to a point; does nothing unless a test wants the process to die there. */
export type PassCrashPoint = (name: CrashPoint) => void;

/**
 * `name#n`, or `name` for the first time: calls `die` at the n-th passage of that point. `@file`: at the first passage of the
 * point that `read` gives then. An empty text never dies.
 */
export function createCrashPoint(
  setting: string,
  die: () => void,
  read: (file: string) => string = () => '',
): PassCrashPoint {
  if (setting === '') return () => undefined;
  if (setting.startsWith('@'))
    return (passed) => {
      if (read(setting.slice(1)).trim() === passed) die();
    };
  const [name = '', nth = '1'] = setting.split('#');
  if (!crashPoints.some((point) => point === name) || !/^[1-9]\d{0,8}$/.test(nth))
    throw new CraneError('input.invalid', {
      message: `there is no crash point ${JSON.stringify(setting)}`,
      fix: `Use one of ${crashPoints.join(', ')}, followed by #2 for the second time.`,
    });
  let left = Number(nth);
  return (passed) => {
    if (passed !== name) return;
    left -= 1;
    if (left === 0) die();
  };
}
