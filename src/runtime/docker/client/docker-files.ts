import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CraneError } from '../../../core/error/crane-error.ts';
import type { DockerContext, TlsChoice } from './choose-endpoint.ts';
import type { TlsMaterial } from './connect.ts';
import { dockerConfigSchema, emptyDockerConfig, type DockerConfig } from './registry-auth.ts';

const contextMeta = z.object({
  Name: z.string(),
  Endpoints: z.object({
    docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().nullish() }),
  }),
});

/** Reads `config.json` of the user's Docker folder (`~/.docker`); absent is empty, unreadable is `input.invalid`. */
export async function readDockerConfig(folder: string): Promise<DockerConfig> {
  const path = join(folder, 'config.json');
  const text = await readIfPresent(path);
  if (text === null) return emptyDockerConfig;
  try {
    return dockerConfigSchema.parse(JSON.parse(text.toString('utf8')));
  } catch {
    // No cause: the parser's text quotes the file, which holds secrets.
    throw new CraneError('input.invalid', {
      message: `${path} is not a Docker configuration.`,
      fix: 'Correct or remove the file.',
    });
  }
}

/** Reads all contexts of the user's Docker folder. One that is broken is left out: it matters only when it is chosen. */
export async function readDockerContexts(folder: string): Promise<DockerContext[]> {
  const metaFolder = join(folder, 'contexts', 'meta');
  const names = await readdir(metaFolder).catch((): string[] => []);
  const contexts: DockerContext[] = [];
  for (const name of names.sort()) {
    const text = await readIfPresent(join(metaFolder, name, 'meta.json')).catch(() => null);
    const parsed = contextMeta.safeParse(text === null ? null : parseJson(text.toString('utf8')));
    if (!parsed.success) continue;
    const tlsFolder = tlsFolderOf(folder, parsed.data.Name);
    contexts.push({
      name: parsed.data.Name,
      host: parsed.data.Endpoints.docker.Host,
      isVerified: parsed.data.Endpoints.docker.SkipTLSVerify !== true,
      tlsFolder: existsSync(tlsFolder) ? tlsFolder : null,
    });
  }
  return contexts;
}

/** TLS material of a context lies under the SHA-256 of its name. */
function tlsFolderOf(folder: string, context: string): string {
  return join(folder, 'contexts', 'tls', createHash('sha256').update(context).digest('hex'), 'docker');
}

export async function readTlsMaterial({ folder, isVerified, serverName }: TlsChoice): Promise<TlsMaterial> {
  if (folder === '') return { ca: null, cert: null, key: null, isVerified, serverName };
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readIfPresent(join(folder, name))),
  );
  return { ca: ca ?? null, cert: cert ?? null, key: key ?? null, isVerified, serverName };
}

async function readIfPresent(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return null;
    throw new CraneError('input.invalid', `${path} cannot be read.`, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
