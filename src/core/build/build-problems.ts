import type { ComposeService } from '../compose/compose-project.ts';

type Build = NonNullable<ComposeService['build']>;

/** Why a key of `build` cannot be honoured. */
export type BuildProblem = { key: string; why: string; fix?: string };

type Judge<K extends keyof Build> = (value: NonNullable<Build[K]>) => Omit<BuildProblem, 'key'> | null;

const builder = "the engine's own builder";

/**
 * What the engine's classic builder cannot do. It is the one that every engine from API 1.41 on has without a session beside
 * the request; secrets, ssh and further contexts travel in such a session only.
 */
const judges: { [K in keyof Build & string]?: Judge<K> } = {
  context: (context) =>
    isElsewhere(context)
      ? {
          why: `a build context must be a folder (saw ${context})`,
          fix: 'Clone or unpack it, and name the folder.',
        }
      : null,
  secrets: () => ({
    why: `${builder} takes no secrets`,
    fix: 'Remove them: build without secrets, and give them to the service when it runs.',
  }),
  ssh: () => ({
    why: `${builder} has no way to your SSH agent`,
    fix: 'Put what is fetched into the context.',
  }),
  additional_contexts: () => ({
    why: `${builder} takes one context`,
    fix: 'Put what is needed into the context, or build it as an image of its own.',
  }),
  platforms: (platforms) =>
    platforms.length > 1
      ? {
          why: `an image is built for one platform (saw ${platforms.join(', ')})`,
          fix: 'Keep the one of this machine.',
        }
      : null,
  network: (network) =>
    network === 'none' || network === 'default'
      ? null
      : {
          why: `a build has no access to the network ${network}`,
          fix: 'Write default or none, or remove it.',
        },
  privileged: (isPrivileged) =>
    isPrivileged ? { why: 'no build is given privileges', fix: 'Remove it.' } : null,
  entitlements: () => ({ why: 'no build is given entitlements', fix: 'Remove them.' }),
  isolation: () => ({ why: 'it is for Windows', fix: 'Remove it.' }),
};

/** What keeps a service from being built; empty when nothing does. */
export function buildProblems(build: Build): BuildProblem[] {
  return Object.keys(judges).flatMap((key) => {
    const problem = judgeKey(build, key);
    return problem === null ? [] : [{ key, ...problem }];
  });
}

function judgeKey(build: Build, key: string): Omit<BuildProblem, 'key'> | null {
  if (!isJudged(key)) return null;
  return judge(build, key);
}

function isJudged(key: string): key is keyof Build & string {
  return Object.hasOwn(judges, key);
}

function judge<K extends keyof Build & string>(build: Build, key: K): Omit<BuildProblem, 'key'> | null {
  const value = build[key];
  const rule: Judge<K> | undefined = judges[key];
  if (value === undefined || value === null || rule === undefined) return null;
  if (Array.isArray(value) && value.length === 0) return null;
  return rule(value);
}

/** What a build accepts and leaves without effect; the image is the same without. */
export function idleBuildKeys(build: Build): BuildProblem[] {
  const problems: BuildProblem[] = [];
  if ((build.cache_to ?? []).length > 0)
    problems.push({ key: 'cache_to', why: 'the cache stays on this machine' });
  if (isWanted(build.provenance)) problems.push({ key: 'provenance', why: 'no attestation is made' });
  if (isWanted(build.sbom)) problems.push({ key: 'sbom', why: 'no attestation is made' });
  return problems;
}

function isWanted(text: string | undefined): boolean {
  return text !== undefined && text !== 'false';
}

/** An address, a repository, or another service instead of a folder. */
function isElsewhere(context: string): boolean {
  return /:\/\/|^(?:service:|docker-image:|oci-layout:|github\.com\/|git@)/.test(context);
}
