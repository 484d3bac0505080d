import { z } from 'zod';
import { ownerRuleSchema } from '../alert/owner-rule.ts';
import type { ComposeProject } from '../compose/compose-project.ts';
import { CraneError } from '../error/crane-error.ts';
import { bundleKey } from './bundle-mark.ts';

/** What people set of an app beside its compose file, as it goes along with a clone or a bundle. Holds that are for a while do not. */
export type CarriedSettings = z.infer<typeof settingsSchema>;

const settingsSchema = z.strictObject({
  rules: z.array(ownerRuleSchema).max(50).default([]),
  /** Service → whether its autoscaler acts. */
  modes: z.record(z.string(), z.enum(['auto', 'dry-run', 'paused'])).default({}),
  schedules: z
    .array(
      z.strictObject({
        service: z.string(),
        cron: z.string().max(200),
        timeZone: z.string().max(100),
        durationMs: z.int().positive(),
        min: z.int().min(0),
        max: z.int().min(0),
      }),
    )
    .max(100)
    .default([]),
});
const carrierSchema = z.object({ [bundleKey]: z.object({ settings: settingsSchema }) });

export const noSettings: CarriedSettings = { rules: [], modes: {}, schedules: [] };

export function hasSettings({ rules, modes, schedules }: CarriedSettings): boolean {
  return rules.length + Object.keys(modes).length + schedules.length > 0;
}

/** Those of a bundle; none where it has none. @throws `input.invalid` when they are not what an export writes, or of a service it has not. */
export function carriedSettings(project: ComposeProject): CarriedSettings {
  const carrier = z.object({ [bundleKey]: z.object({ settings: z.unknown() }) }).safeParse(project);
  if (!carrier.success || carrier.data[bundleKey].settings === undefined) return noSettings;
  const parsed = carrierSchema.safeParse(project);
  if (!parsed.success)
    throw refusal(parsed.error.issues.map(({ path, message }) => ({ path: path.join('/'), message })));
  const { settings } = parsed.data[bundleKey];
  const stray = [...settings.rules, ...settings.schedules].map(({ service }) => service);
  const unknown = [...stray, ...Object.keys(settings.modes)].find(
    (service) => !Object.hasOwn(project.services, service),
  );
  if (unknown === undefined) return settings;
  throw refusal([
    {
      path: `${bundleKey}/settings`,
      message: `there is no service ${JSON.stringify(unknown.slice(0, 80))}`,
    },
  ]);
}

function refusal(found: readonly { path: string; message: string }[]): CraneError {
  const errors = found.map(({ path, message }) => ({ pointer: `/${path}`, message }));
  const [first] = errors;
  return new CraneError('input.invalid', {
    message: `The settings of the bundle are not valid: ${first?.pointer ?? ''} ${first?.message ?? ''}`,
    fix: `Export it again, or leave ${bundleKey}.settings out.`,
    errors,
  });
}
