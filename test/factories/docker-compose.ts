import { execFile } from 'node:child_process';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const recipe = join(import.meta.dirname, '../compose-corpus/tool');
const cache = join(import.meta.dirname, '../../.cache/compose');

/** Docker Compose, built once from its Go module by the recipe in `compose-corpus/tool` and kept in the cache folder. */
export async function buildDockerCompose(): Promise<string> {
  const sums = await readFile(join(recipe, 'go.sum'));
  const program = join(
    cache,
    `docker-compose-${createHash('sha256').update(sums).digest('hex').slice(0, 12)}`,
  );
  const isBuilt = await access(program).then(
    () => true,
    () => false,
  );
  if (isBuilt) return program;
  await mkdir(cache, { recursive: true });
  const fresh = `${program}.${process.pid}`;
  await run('go', ['build', '-trimpath', '-o', fresh, 'github.com/docker/compose/v5/cmd'], {
    cwd: recipe,
    env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'go1.27.3' },
    timeout: 1_200_000,
    maxBuffer: 16 * 1024 * 1024,
  });
  await rename(fresh, program);
  return program;
}
