/** The only file of the command line that reads the environment and the credentials. */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const defaultPort = '7070';

export type Login = { token: string; user: string };

/** What is kept between commands. Parsed by hand: each command reads it, and a schema library takes 40 ms to load. */
type Credentials = {
  /** The control plane that was brought up or logged in to last. */
  current: string | null;
  logins: Readonly<Record<string, Login>>;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export type Settings = {
  /** `CRANE_URL`, else the control plane used last, else this machine's on `CRANE_API_PORT` or the usual port. */
  url(): string;
  /** `CRANE_TOKEN`, else the stored one of this address. */
  token(url: string): string | null;
  /** Stores a login (mode 0600) and makes its address the current one. */
  saveLogin(url: string, login: Login): void;
  /** Makes an address the current one, without a login. */
  useUrl(url: string): void;
  forgetLogin(url: string): boolean;
  /** The socket of who owns the machine, for which nobody has to be logged in. */
  ownerUrl(): string;
  credentialsPath: string;
  /** Compose's own variables. */
  compose: { files: string[]; profiles: string[]; envFiles: string[] };
  /** Values of these variables, as far as they are set: only what a compose file names leaves this process. */
  variables(names: readonly string[]): Record<string, string>;
  /** This process's own, for a program that it starts. */
  environment: Environment;
  /** Name of the person at this machine. */
  userName: string;
};

function credentialsPathOf(env: Environment): string {
  if (env['CRANE_DATA']) return join(env['CRANE_DATA'], 'credentials.json');
  const config = env['XDG_CONFIG_HOME'] ? env['XDG_CONFIG_HOME'] : join(env['HOME'] ?? homedir(), '.config');
  return join(config, 'crane', 'credentials.json');
}

/** As the control plane has it. */
function dataFolderOf(env: Environment): string {
  if (env['CRANE_DATA']) return resolve(env['CRANE_DATA']);
  const data = env['XDG_DATA_HOME']
    ? env['XDG_DATA_HOME']
    : join(env['HOME'] ?? homedir(), '.local', 'share');
  return join(data, 'crane');
}

function readCredentials(path: string): Credentials {
  try {
    return parseCredentials(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Absent, or damaged: either way nobody is logged in; the next login writes it anew.
    return { current: null, logins: {} };
  }
}

/** Throws when it is not what was written. */
function parseCredentials(content: object): Credentials {
  const current = 'current' in content ? content.current : null;
  const logins: unknown = 'logins' in content ? content.logins : {};
  if (!(current === null || typeof current === 'string')) throw new Error('current is no address');
  if (typeof logins !== 'object' || logins === null) throw new Error('logins are no object');
  return {
    current,
    logins: Object.fromEntries(Object.entries(logins).map(([url, login]) => [url, parseLogin(login)])),
  };
}

function parseLogin(login: unknown): Login {
  if (typeof login === 'object' && login !== null && 'token' in login && 'user' in login) {
    const { token, user } = login;
    if (typeof token === 'string' && typeof user === 'string') return { token, user };
  }
  throw new Error('a login has a token and a user');
}

function writeCredentials(path: string, content: Credentials): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

/** Without the slash at the end, so that one address has one login. */
function plainUrl(url: string): string {
  return url.replace(/\/+$/, '');
}

function listOf(text: string | undefined, separator: string): string[] {
  return (text ?? '').split(separator).filter((item) => item !== '');
}

function localUserName(): string {
  try {
    const name = userInfo().username.toLowerCase();
    return /^[a-z][a-z0-9_-]{0,31}$/.test(name) ? name : 'admin';
  } catch {
    return 'admin';
  }
}

export function createSettings(env: Environment = process.env): Settings {
  const path = credentialsPathOf(env);
  const ownUrl = `http://127.0.0.1:${env['CRANE_API_PORT'] || defaultPort}`;
  return {
    url: () => plainUrl(env['CRANE_URL'] ? env['CRANE_URL'] : (readCredentials(path).current ?? ownUrl)),
    token: (url) => env['CRANE_TOKEN'] || readCredentials(path).logins[plainUrl(url)]?.token || null,
    saveLogin(url, login) {
      const known = readCredentials(path);
      writeCredentials(path, {
        ...known,
        current: plainUrl(url),
        logins: { ...known.logins, [plainUrl(url)]: login },
      });
    },
    useUrl(url) {
      const known = readCredentials(path);
      if (known.current !== plainUrl(url)) writeCredentials(path, { ...known, current: plainUrl(url) });
    },
    forgetLogin(url) {
      const known = readCredentials(path);
      const { [plainUrl(url)]: gone, ...logins } = known.logins;
      if (gone !== undefined) writeCredentials(path, { ...known, logins });
      return gone !== undefined;
    },
    ownerUrl: () => `unix:${encodeURI(join(dataFolderOf(env), 'break-glass.sock'))}`,
    credentialsPath: path,
    compose: {
      files: listOf(env['COMPOSE_FILE'], env['COMPOSE_PATH_SEPARATOR'] || ':'),
      profiles: listOf(env['COMPOSE_PROFILES'], ','),
      envFiles: listOf(env['COMPOSE_ENV_FILES'], ','),
    },
    variables(names) {
      const found: Record<string, string> = {};
      for (const name of names) {
        const value = env[name];
        if (value !== undefined) found[name] = value;
      }
      return found;
    },
    environment: env,
    userName: localUserName(),
  };
}
