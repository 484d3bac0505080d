import { CraneError } from '../../../core/error/crane-error.ts';

/** Engine API versions this client speaks. 1.41 = Engine 20.10. */
export const supportedVersions = { oldest: '1.41', newest: '1.52' };

/** The version to speak with an engine whose newest is `engineVersion`; `engine.unsupported` when there is none. */
export function chooseApiVersion(engineVersion: string | null): string {
  const theirs = parseVersion(engineVersion ?? '');
  const { oldest, newest } = supportedVersions;
  if (theirs === null || compare(theirs, versionParts(oldest)) < 0)
    throw new CraneError('engine.unsupported', {
      message: `The Docker engine speaks API ${engineVersion ?? 'of an unknown version'}; Crane needs ${oldest} to ${newest}.`,
      fix: 'Update Docker to Engine 20.10 or newer.',
    });
  return compare(theirs, versionParts(newest)) > 0 ? newest : `${theirs[0]}.${theirs[1]}`;
}

/** Whether `version` is at least `wanted`, both like `1.44`. */
export function isAtLeast(version: string, wanted: string): boolean {
  return compare(versionParts(version), versionParts(wanted)) >= 0;
}

function versionParts(text: string): [number, number] {
  return parseVersion(text) ?? [0, 0];
}

function parseVersion(text: string): [number, number] | null {
  const match = /^(\d{1,4})\.(\d{1,4})$/.exec(text.trim());
  return match?.[1] === undefined || match[2] === undefined ? null : [Number(match[1]), Number(match[2])];
}

function compare(a: [number, number], b: [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}
