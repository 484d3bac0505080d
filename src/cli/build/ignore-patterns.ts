import { posix } from 'node:path';

type Pattern = {
  isKept: boolean;
  matches: RegExp;
  /** What stands before the first wildcard. */ prefix: string;
};

/** Which paths of a build context stay out of it. */
export type IgnorePatterns = {
  /** A path below the context, with `/`; a path is out when a folder above it is. */
  isIgnored(path: string): boolean;
  /** Whether something below this ignored folder may be kept all the same. */
  mayKeepBelow(folder: string): boolean;
};

/**
 * Reads `.dockerignore` as Docker does: one pattern a line, of which the last that matches decides; `#` begins a comment, `!`
 * keeps what an earlier pattern left out, `*` and `?` stay within a name, `**` stands for any number of folders.
 */
export function parseIgnoreFile(text: string): IgnorePatterns {
  const patterns = text
    .replace(/^\u{feff}/u, '')
    .split(/\r?\n/)
    .flatMap(parseLine);
  return {
    isIgnored: (path) => {
      const places = withFolders(path);
      return patterns.reduce(
        (isOut, pattern) => (places.some((place) => pattern.matches.test(place)) ? !pattern.isKept : isOut),
        false,
      );
    },
    mayKeepBelow: (folder) =>
      patterns.some(
        ({ isKept, prefix }) =>
          isKept && (prefix.startsWith(`${folder}/`) || `${folder}/`.startsWith(prefix)),
      ),
  };
}

function parseLine(line: string): Pattern[] {
  if (line.startsWith('#')) return [];
  const trimmed = line.trim();
  const isKept = trimmed.startsWith('!');
  const written = isKept ? trimmed.slice(1).trim() : trimmed;
  if (written === '') return [];
  const clean = posix.normalize(written).replace(/\/+$/, '').replace(/^\/+/, '');
  if (clean === '' || clean === '.') return [];
  return [{ isKept, matches: toRegExp(clean), prefix: /^[^*?[\\]*/.exec(clean)?.[0] ?? '' }];
}

/** `a/b/c` → `a/b/c`, `a/b`, `a`. */
function withFolders(path: string): string[] {
  const places = [path];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    places.push(path.slice(0, at));
  return places;
}

function toRegExp(pattern: string): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const rest = pattern.slice(index);
    const folders = /^\*\*+\/?/.exec(rest)?.[0];
    const choice = /^\[[^\]/]+\]/.exec(rest)?.[0];
    const character = pattern.charAt(index);
    if (folders !== undefined) {
      source += index + folders.length === pattern.length ? '.*' : '(?:.*/)?';
      index += folders.length - 1;
    } else if (choice !== undefined) {
      source += choice.replaceAll('\\', '\\\\');
      index += choice.length - 1;
    } else if (character === '\\' && index + 1 < pattern.length) {
      index += 1;
      source += literal(pattern.charAt(index));
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else source += literal(character);
  }
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    // A malformed choice such as [b-a]: it matches itself only.
    return new RegExp(`^${literal(pattern)}$`, 's');
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
