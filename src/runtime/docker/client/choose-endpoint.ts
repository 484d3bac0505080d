import { CraneError } from '../../../core/error/crane-error.ts';

/** Where the engine listens. A Windows named pipe is a `socket` whose path starts with `//./pipe/`. */
export type EngineAddress =
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls: TlsChoice | null };

/** `folder` holds `ca.pem`, `cert.pem` and `key.pem`, each of which may be absent. */
export type TlsChoice = { folder: string; isVerified: boolean; serverName: string | null };

/** One Docker context, as its `meta.json` tells it. */
export type DockerContext = {
  name: string;
  host: string;
  isVerified: boolean;
  /** Null when the context has no TLS material. */
  tlsFolder: string | null;
};

export type EndpointFacts = {
  dockerHost?: string | undefined;
  dockerContext?: string | undefined;
  dockerTlsVerify?: string | undefined;
  dockerCertPath?: string | undefined;
  /** `currentContext` of `~/.docker/config.json`. */
  currentContext: string | null;
  contexts: readonly DockerContext[];
  /** `~/.docker`; its pem files serve when DOCKER_TLS_VERIFY is set without DOCKER_CERT_PATH. */
  configFolder: string;
  isWindows: boolean;
};

export type ChosenEndpoint = { address: EngineAddress; source: string };

/**
 * The endpoint the docker command would use: DOCKER_HOST, else the context DOCKER_CONTEXT, else the current context, else the
 * platform's default. Throws `input.invalid` for an unknown context or an address that cannot be used.
 */
export function chooseEndpoint(facts: EndpointFacts): ChosenEndpoint {
  if (isGiven(facts.dockerHost))
    return {
      address: parseAddress(facts.dockerHost, tlsOfEnvironment(facts), 'DOCKER_HOST'),
      source: 'DOCKER_HOST',
    };
  const name = isGiven(facts.dockerContext) ? facts.dockerContext : (facts.currentContext ?? 'default');
  if (name === 'default' || name === '')
    return { address: defaultAddress(facts.isWindows), source: 'default' };
  const source = isGiven(facts.dockerContext) ? `DOCKER_CONTEXT ${name}` : `Docker context ${name}`;
  const context = facts.contexts.find((each) => each.name === name);
  if (context === undefined)
    throw new CraneError('input.invalid', {
      message: `The Docker context "${name}" does not exist.`,
      fix: 'List the contexts with `docker context ls` and choose one with `docker context use`, or unset DOCKER_CONTEXT.',
    });
  const tls =
    context.tlsFolder === null ? null : { folder: context.tlsFolder, isVerified: context.isVerified };
  return { address: parseAddress(context.host, tls, source), source };
}

function defaultAddress(isWindows: boolean): EngineAddress {
  return { kind: 'socket', path: isWindows ? '//./pipe/docker_engine' : '/var/run/docker.sock' };
}

/** As the engine's own Go client reads them: a certificate folder alone means TLS without checking the server. */
function tlsOfEnvironment(facts: EndpointFacts): { folder: string; isVerified: boolean } | null {
  const isVerified = isGiven(facts.dockerTlsVerify);
  if (!isVerified && !isGiven(facts.dockerCertPath)) return null;
  return {
    folder: isGiven(facts.dockerCertPath) ? facts.dockerCertPath : facts.configFolder,
    isVerified,
  };
}

function parseAddress(
  text: string,
  tls: { folder: string; isVerified: boolean } | null,
  source: string,
): EngineAddress {
  const [scheme, rest] = splitScheme(text);
  switch (scheme) {
    case 'unix':
      if (!rest.startsWith('/')) throw badAddress(text, source, 'the socket path must be absolute');
      return { kind: 'socket', path: rest };
    case 'npipe':
      return { kind: 'socket', path: rest.replaceAll('\\', '/') };
    case 'tcp':
    case 'http':
    case 'https':
      return parseTcp(text, rest, scheme === 'https', tls, source);
    case 'ssh':
      throw new CraneError('input.invalid', {
        message: `${source} names an engine over ssh ("${withoutUser(text)}"), which Crane does not reach by itself.`,
        fix: 'Forward its socket, `ssh -N -L /tmp/engine.sock:/var/run/docker.sock HOST`, and set DOCKER_HOST=unix:///tmp/engine.sock.',
      });
    default:
      throw badAddress(text, source, `the scheme "${scheme}" is not known`);
  }
}

function splitScheme(text: string): [string, string] {
  const at = text.indexOf('://');
  return at < 0 ? ['tcp', text] : [text.slice(0, at).toLowerCase(), text.slice(at + 3)];
}

function parseTcp(
  text: string,
  rest: string,
  isHttps: boolean,
  tls: { folder: string; isVerified: boolean } | null,
  source: string,
): EngineAddress {
  const match = /^(\[[0-9a-f:.]+\]|[^:/\s@?#]+)(?::(\d{1,5}))?\/?$/i.exec(rest);
  const host = match?.[1]?.replace(/^\[|\]$/g, '');
  if (host === undefined) throw badAddress(text, source, 'it must be host:port');
  const chosen: TlsChoice | null =
    tls === null
      ? isHttps
        ? { folder: '', isVerified: true, serverName: host }
        : null
      : { ...tls, serverName: host };
  const port = match?.[2] === undefined ? (chosen === null ? 2375 : 2376) : Number(match[2]);
  if (port < 1 || port > 65535) throw badAddress(text, source, 'the port must be 1-65535');
  return { kind: 'tcp', host, port, tls: chosen };
}

function badAddress(text: string, source: string, problem: string): CraneError {
  return new CraneError('input.invalid', {
    message: `${source} is not an engine address Crane can use: ${problem} (saw "${withoutUser(text)}").`,
    fix: 'Use unix:///path/to/docker.sock, tcp://host:port, or npipe:////./pipe/docker_engine.',
  });
}

/** An address may carry a user and a password; those are not shown. */
function withoutUser(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//');
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** For messages: `unix:///var/run/docker.sock`, `tcp://host:2376`. */
export function describeAddress(
  address: { kind: 'socket'; path: string } | { kind: 'tcp'; host: string; port: number },
): string {
  if (address.kind === 'tcp') return `tcp://${address.host}:${address.port}`;
  return address.path.startsWith('//./pipe/') ? `npipe://${address.path}` : `unix://${address.path}`;
}
