import type { ComposeService } from '../compose/compose-project.ts';

type Build = NonNullable<ComposeService['build']>;

/** Why a key of `build` cannot be honoured. */
export type BuildProblem = { key: string; why: string; fix?: string };

type Verdict = Omit<BuildProblem, 'key'> | null;

const isGiven = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0;

/**
 * What a build is not given, by either builder of the engine: secrets, ssh and further contexts would travel in the session of
 * BuildKit, where Crane hands on logins only.
 */
const judges: Readonly<Record<string, (build: Build) => Verdict>> = {
  context: ({ context = '' }) =>
    isElsewhere(context)
      ? {
          why: `a build context must be a folder (saw ${context})`,
          fix: 'Clone or unpack it, and name the folder.',
        }
      : null,
  secrets: ({ secrets }) =>
    isGiven(secrets)
      ? {
          why: 'a build is given no secrets',
          fix: 'Remove them: build without secrets, and give them to the service when it runs.',
        }
      : null,
  ssh: ({ ssh }) =>
    isGiven(ssh)
      ? { why: 'a build has no way to your SSH agent', fix: 'Put what is fetched into the context.' }
      : null,
  additional_contexts: ({ additional_contexts: contexts = {} }) =>
    Object.keys(contexts).length > 0
      ? {
          why: 'a build takes one context',
          fix: 'Put what is needed into the context, or build it as an image of its own.',
        }
      : null,
  platforms: ({ platforms = [] }) =>
    platforms.length > 1
      ? {
          why: `an image is built for one platform (saw ${platforms.join(', ')})`,
          fix: 'Keep the one of this machine.',
        }
      : null,
  network: ({ network = 'default' }) =>
    network === 'none' || network === 'default'
      ? null
      : {
          why: `a build has no access to the network ${network}`,
          fix: 'Write default or none, or remove it.',
        },
  privileged: ({ privileged }) =>
    privileged === true ? { why: 'no build is given privileges', fix: 'Remove it.' } : null,
  entitlements: ({ entitlements }) =>
    isGiven(entitlements) ? { why: 'no build is given entitlements', fix: 'Remove them.' } : null,
  isolation: ({ isolation }) =>
    isolation === undefined ? null : { why: 'it is for Windows', fix: 'Remove it.' },
};

/** What keeps a service from being built; empty when nothing does. */
export function buildProblems(build: Build): BuildProblem[] {
  return Object.entries(judges).flatMap(([key, judge]) => {
    const verdict = judge(build);
    return verdict === null ? [] : [{ key, ...verdict }];
  });
}

/** What a build accepts and leaves without effect; the image is the same without. */
export function idleBuildKeys(build: Build): BuildProblem[] {
  const problems: BuildProblem[] = [];
  if (isGiven(build.cache_to)) problems.push({ key: 'cache_to', why: 'the cache stays on this machine' });
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
