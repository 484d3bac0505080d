import { CraneError } from '../error/crane-error.ts';

export type Builder = 'buildkit' | 'classic';
/** `auto`: BuildKit, as Docker Compose does, wherever the engine's does all that is asked for. */
export type BuilderChoice = 'auto' | Builder;

/** What of a build only one of the builders does. */
export type BuilderNeeds = {
  /** Settings of steps that BuildKit of older engines leaves out without a word: `shm_size`, `ulimits`. */
  settings: readonly string[];
};

/** API version of the first engine (23.0) whose BuildKit takes the settings of steps. */
const settingsSince = '1.42';

/**
 * Which of the engine's builders builds. BuildKit is on every Linux engine from API 1.41 on. Throws `compose.unsupported` when the one that was
 * chosen would leave something out.
 */
export function chooseBuilder(
  choice: BuilderChoice,
  engine: { os: string; apiVersion: string },
  needs: BuilderNeeds,
): Builder {
  if (choice === 'classic' || (choice === 'auto' && engine.os !== 'linux')) return 'classic';
  const [missing] = isOlder(engine.apiVersion, settingsSince) ? needs.settings : [];
  if (missing === undefined) return 'buildkit';
  if (choice === 'auto') return 'classic';
  throw new CraneError('compose.unsupported', {
    message: `build.${missing}: BuildKit of this engine (API ${engine.apiVersion}) leaves it out without a word; that of API ${settingsSince} takes it.`,
    fix: 'Leave CRANE_BUILDER at auto, which takes the classic builder for it, or bring the engine up to date.',
  });
}

function isOlder(have: string, wanted: string): boolean {
  const [major = 0, minor = 0] = have.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
