import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseIgnoreFile, type IgnorePatterns } from './ignore-patterns.ts';

export type ContextEntry = {
  /** Below the context, with `/`. */
  path: string;
  place: string;
  kind: 'file' | 'folder' | 'link';
  /** Bytes of a file, else 0. */
  size: number;
  mode: number;
  modifiedAt: Date;
  /** Where a link leads, as it is written. */
  target: string;
};

/** What of a folder belongs to a build context, in one order; `skipped` are sockets, pipes and devices. */
export type ContextListing = { entries: ContextEntry[]; sizeBytes: number; skipped: string[] };

const ignoreFile = '.dockerignore';

/**
 * Lists a build context as Docker does: all but what `.dockerignore` (or `<dockerfile>.dockerignore`, where that is there) leaves
 * out; the Dockerfile and `.dockerignore` are always in. Symbolic links are listed as links and never followed, so nothing outside
 * the folder gets in.
 */
export function listContext(folder: string, dockerfile: string | null): ContextListing {
  const patterns = readPatterns(folder, dockerfile);
  const always = new Set([ignoreFile, ...(dockerfile === null ? [] : [dockerfile])]);
  const listing: ContextListing = { entries: [], sizeBytes: 0, skipped: [] };
  const walk = (below: string): void => {
    for (const name of readdirSync(join(folder, below)).sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      const isOut = patterns.isIgnored(path) && !always.has(path);
      const entry = readEntry(folder, path);
      if (entry?.kind === 'folder') {
        if (!isOut) listing.entries.push(entry);
        if (!isOut || patterns.mayKeepBelow(path) || [...always].some((kept) => kept.startsWith(`${path}/`)))
          walk(path);
      } else if (!isOut) add(listing, path, entry);
    }
  };
  walk('');
  return listing;
}

function add(listing: ContextListing, path: string, entry: ContextEntry | null): void {
  if (entry === null) listing.skipped.push(path);
  else {
    listing.entries.push(entry);
    listing.sizeBytes += entry.size;
  }
}

function readPatterns(folder: string, dockerfile: string | null): IgnorePatterns {
  const candidates = [...(dockerfile === null ? [] : [`${dockerfile}${ignoreFile}`]), ignoreFile];
  const found = candidates.find((name) => isFile(join(folder, name)));
  return parseIgnoreFile(found === undefined ? '' : readFileSync(join(folder, found), 'utf8'));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Null for what a build context cannot hold. */
function readEntry(folder: string, path: string): ContextEntry | null {
  const place = join(folder, path);
  const found = lstatSync(place);
  const kind = found.isFile()
    ? 'file'
    : found.isDirectory()
      ? 'folder'
      : found.isSymbolicLink()
        ? 'link'
        : null;
  if (kind === null) return null;
  return {
    path,
    place,
    kind,
    size: kind === 'file' ? found.size : 0,
    mode: found.mode & 0o777,
    modifiedAt: new Date(Math.floor(found.mtimeMs / 1_000) * 1_000),
    target: kind === 'link' ? readlinkSync(place) : '',
  };
}
