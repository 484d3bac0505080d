import { CraneError } from '../error/crane-error.ts';
import { instanceLabel, type ObservedInstance } from './instance.ts';

/**
 * The instance in which a person wants to work: of the service they name (it may be left out where the app has only one), the one of slot
 * `slot`, else the lowest. Healthy ones and newer releases come first; during a rollout a slot can be taken twice.
 * @throws `input.invalid` when the service must be named, `instance.not_running` when none of them runs.
 */
export function chooseInstance({
  app,
  services,
  instances,
  service,
  slot,
}: {
  /** Unique name, for messages. */
  app: string;
  /** Services of the current release. */
  services: readonly string[];
  instances: readonly ObservedInstance[];
  service: string | null;
  slot: number | null;
}): ObservedInstance {
  const wanted = service ?? onlyService(app, services);
  const ofService = instances.filter((item) => item.service === wanted);
  const [best] = ofService
    .filter((item) => item.state === 'running' && (slot === null || item.slot === slot))
    .toSorted((a, b) => rank(a) - rank(b) || b.release - a.release || a.slot - b.slot);
  if (best !== undefined) return best;
  const states = ofService.map((item) => `${instanceLabel(item)} (${item.state})`).join(', ');
  throw new CraneError('instance.not_running', {
    message:
      slot === null
        ? `No instance of ${wanted} runs in ${app}.`
        : `Instance ${slot} of ${wanted} does not run in ${app}.`,
    fix: states === '' ? `Look at: crane ps ${app}` : `There are: ${states}.`,
  });
}

function rank({ health }: ObservedInstance): number {
  return health === 'none' || health === 'healthy' ? 0 : 1;
}

function onlyService(app: string, services: readonly string[]): string {
  const [only] = services;
  if (only !== undefined && services.length === 1) return only;
  throw new CraneError('input.invalid', {
    message:
      services.length === 0
        ? `${app} has no service yet.`
        : `${app} has ${services.length} services; say in which one.`,
    fix:
      services.length === 0
        ? `Look at: crane ls`
        : `One of: ${services.map((name) => `${app}/${name}`).join(', ')}.`,
  });
}
