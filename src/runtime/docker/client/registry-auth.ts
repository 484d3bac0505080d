import { z } from 'zod';

/** What a registry wants to know, as the engine takes it in X-Registry-Auth. */
export type RegistryAuth =
  | { username: string; password: string; serveraddress: string }
  | { identitytoken: string; serveraddress: string };

/** The used parts of `~/.docker/config.json`. */
export type DockerConfig = {
  currentContext: string | null;
  auths: Readonly<Record<string, StoredAuth>>;
  credsStore: string | null;
  credHelpers: Readonly<Record<string, string>>;
};
export type StoredAuth = { auth: string; username: string; password: string; identityToken: string };

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const storedAuth = z
  .looseObject({ auth: text, username: text, password: text, identitytoken: text })
  .transform(({ auth, username, password, identitytoken }): StoredAuth => ({
    auth,
    username,
    password,
    identityToken: identitytoken,
  }));

export const dockerConfigSchema: z.ZodType<DockerConfig> = z
  .object({
    currentContext: z.string().nullish(),
    auths: z.record(z.string(), storedAuth).nullish(),
    credsStore: z.string().nullish(),
    credHelpers: z.record(z.string(), z.string()).nullish(),
  })
  .transform((config) => ({
    currentContext: config.currentContext ?? null,
    auths: config.auths ?? {},
    credsStore: config.credsStore === undefined || config.credsStore === '' ? null : config.credsStore,
    credHelpers: config.credHelpers ?? {},
  }));

export const emptyDockerConfig: DockerConfig = {
  currentContext: null,
  auths: {},
  credsStore: null,
  credHelpers: {},
};

/** Docker Hub is known to config files by its first address. */
export function registryKey(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}

/** The helper program to ask about a registry: one named for it, else the general store; null = the file itself. */
export function helperFor(config: DockerConfig, registry: string): string | null {
  const key = registryKey(registry);
  return config.credHelpers[key] ?? config.credHelpers[registry] ?? config.credsStore;
}

/** Credentials kept in the file itself; null when there are none. Keys may be hosts or addresses (`https://host/v1/`). */
export function storedAuthFor(config: DockerConfig, registry: string): RegistryAuth | null {
  const key = registryKey(registry);
  const stored =
    config.auths[key] ??
    Object.entries(config.auths).find(([address]) => hostOf(address) === hostOf(key))?.[1];
  if (stored === undefined) return null;
  if (stored.identityToken !== '') return { identitytoken: stored.identityToken, serveraddress: key };
  const [username, password] = stored.auth === '' ? [stored.username, stored.password] : decode(stored.auth);
  return username === '' ? null : { username, password, serveraddress: key };
}

const helperReply = z.object({ Username: z.string(), Secret: z.string() });

/** Parses what `docker-credential-X get` prints; the user name `<token>` marks an identity token. Null = nothing usable. */
export function parseHelperReply(output: string, registry: string): RegistryAuth | null {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return null;
  }
  const parsed = helperReply.safeParse(value);
  if (!parsed.success || parsed.data.Username === '') return null;
  const { Username, Secret } = parsed.data;
  const serveraddress = registryKey(registry);
  return Username === '<token>'
    ? { identitytoken: Secret, serveraddress }
    : { username: Username, password: Secret, serveraddress };
}

/** The header's value: JSON in base64url, which the engine wants with its padding. */
export function renderRegistryAuth(auth: RegistryAuth | null): string {
  return base64url(JSON.stringify(auth ?? {}));
}

/** For builds, whose base images may come from several registries. */
export function renderRegistryConfig(auths: Readonly<Record<string, RegistryAuth>>): string {
  return base64url(JSON.stringify(auths));
}

function base64url(plain: string): string {
  return Buffer.from(plain, 'utf8').toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function decode(auth: string): [string, string] {
  const plain = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = plain.indexOf(':');
  return colon < 0 ? ['', ''] : [plain.slice(0, colon), plain.slice(colon + 1)];
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
