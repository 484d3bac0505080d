import { CraneError } from '../../../core/error/crane-error.ts';

/** An image name in its parts, normalised: `nginx` is `docker.io/library/nginx`. */
export type ImageRef = {
  /** `docker.io`, `localhost:5000`. */
  registry: string;
  /** `library/nginx`. */
  repository: string;
  /** Null when only a digest is given. */
  tag: string | null;
  /** `sha256:…`, or null. */
  digest: string | null;
  /** The name without tag and digest, as the engine takes it: `docker.io/library/nginx`. */
  name: string;
  /** The whole, normalised: `docker.io/library/nginx:latest`. */
  full: string;
};

const maxLength = 1_000;
const maxNameLength = 255;
const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^${component}(?:/${component})*$`);
const registryPattern =
  /^(?:\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::\d{1,5})?$/i;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/;

/**
 * Parses `[registry/]repository[:tag][@digest]` after the grammar of the distribution project (reference.go), and fills in
 * `docker.io`, `library/` and `latest`. Throws `input.invalid` with what is wrong.
 */
export function parseImageRef(text: string): ImageRef {
  if (text === '') throw badRef(text, 'it is empty');
  if (text.length > maxLength) throw badRef(text, `it is longer than ${maxLength} characters`);
  const [beforeDigest, digest] = splitAt(text, text.indexOf('@'));
  if (digest !== null && !digestPattern.test(digest))
    throw badRef(text, 'the digest after @ must be sha256: and 64 hexadecimal digits');
  const colon = beforeDigest.lastIndexOf(':');
  const [path, tag] = splitAt(beforeDigest, colon > beforeDigest.lastIndexOf('/') ? colon : -1);
  if (tag !== null && !tagPattern.test(tag))
    throw badRef(text, 'the tag after : must be 1-128 letters, digits, "_", "." or "-"');
  const { registry, repository } = splitRegistry(text, path);
  return assemble(registry, repository, tag ?? (digest === null ? 'latest' : null), digest);
}

/** Whether the text is a content-addressed image id, which names a local image and cannot be pulled. */
export function isImageId(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

function assemble(registry: string, repository: string, tag: string | null, digest: string | null): ImageRef {
  const name = `${registry}/${repository}`;
  const full = `${name}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
  return { registry, repository, tag, digest, name, full };
}

function splitRegistry(text: string, path: string): { registry: string; repository: string } {
  const slash = path.indexOf('/');
  const first = slash < 0 ? '' : path.slice(0, slash);
  // As the engine decides it: a first part with a dot, a port, or `localhost` is a registry.
  const hasRegistry = first !== '' && (/[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first));
  const given = hasRegistry ? first : 'docker.io';
  const rest = hasRegistry ? path.slice(slash + 1) : path;
  if (!registryPattern.test(given)) throw badRef(text, `"${given.slice(0, 80)}" is no registry host`);
  if (!namePattern.test(rest)) throw badRef(text, nameProblem(rest));
  const registry = given === 'index.docker.io' ? 'docker.io' : given;
  const repository = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  if (registry.length + repository.length + 1 > maxNameLength)
    throw badRef(text, `the name is longer than ${maxNameLength} characters`);
  if (!hasRegistry && /^[0-9a-f]{64}$/.test(rest))
    throw badRef(text, '64 hexadecimal digits are an image id; write sha256: before it');
  return { registry, repository };
}

function nameProblem(name: string): string {
  if (name === '') return 'the name is missing';
  if (/[A-Z]/.test(name)) return 'the name must be in lower case';
  if (/\s/.test(name)) return 'the name must not contain spaces';
  return 'the name must be lower-case letters and digits, separated by ".", "_", "-" or "/"';
}

function splitAt(text: string, index: number): [string, string | null] {
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + 1)];
}

function badRef(text: string, problem: string): CraneError {
  const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return new CraneError('input.invalid', {
    message: `"${shown}" is no image name: ${problem}.`,
    fix: 'Write it like nginx:1.27 or registry.example.org/team/web:3.',
  });
}
