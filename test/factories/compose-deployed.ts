import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { configView } from '../../src/core/compose/config-view.ts';
import type { ComposeProject } from '../../src/core/compose/compose-project.ts';
import { loadCompose } from '../../src/core/compose/load-compose.ts';

const run = promisify(execFile);

/**
 * A resolved project of the corpus made fit for any engine: one image, one instance of each service, folders and files
 * below `folder`, networks and volumes of its own name, no addresses that could clash. As the text of a compose file.
 */
export function deployableText(project: ComposeProject, name: string, image: string, folder: string): string {
  const view: unknown = JSON.parse(
    JSON.stringify(configView({ ...project, name }), (key, value: unknown) => adapt(key, value)),
  );
  return JSON.stringify(place(view, name, image, folder));
}

/** Keys that would make the two containers differ by design, or that depend on the machine. */
const dropped = new Set([
  'build',
  'container_name',
  'scale',
  'replicas',
  'ipam',
  'ipv4_address',
  'ipv6_address',
  'link_local_ips',
  'links',
  'external_links',
  'runtime',
  'interface_name',
  'gw_priority',
]);

function adapt(key: string, value: unknown): unknown {
  return dropped.has(key) ? undefined : value;
}

type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const entriesOf = (value: unknown): [string, Plain][] =>
  isPlain(value) ? Object.entries(value).map(([key, each]) => [key, isPlain(each) ? each : {}]) : [];

function place(view: unknown, name: string, image: string, folder: string): Plain {
  const top = isPlain(view) ? view : {};
  const named = (key: string, mark: string): Plain =>
    Object.fromEntries(
      entriesOf(top[key]).map(([each, rest]) => [each, { ...rest, name: `${name}-${mark}-${each}` }]),
    );
  const files = (key: string): Plain =>
    Object.fromEntries(
      entriesOf(top[key]).map(([each, rest]) => [
        each,
        { ...rest, ...(rest['file'] === undefined ? {} : { file: join(folder, 'file') }) },
      ]),
    );
  const services = entriesOf(top['services']).map(([service, spec]) => {
    const volumes = Array.isArray(spec['volumes']) ? spec['volumes'] : undefined;
    const moved = volumes?.map((mount: unknown) =>
      isPlain(mount) && mount['type'] === 'bind' ? { ...mount, source: join(folder, 'mounted') } : mount,
    );
    return [service, { ...spec, image, ...(moved === undefined ? {} : { volumes: moved }) }] as const;
  });
  return {
    name,
    services: Object.fromEntries(services),
    networks: Object.fromEntries(
      Object.entries(named('networks', 'net')).map(([key, each]) => [
        key,
        isPlain(each) ? { name: each['name'], external: each['external'] } : {},
      ]),
    ),
    volumes: Object.fromEntries(
      Object.entries(named('volumes', 'vol')).map(([key, each]) => [
        key,
        isPlain(each) ? { name: each['name'], external: each['external'] } : {},
      ]),
    ),
    ...(top['secrets'] === undefined ? {} : { secrets: files('secrets') }),
    ...(top['configs'] === undefined ? {} : { configs: files('configs') }),
  };
}

/** The text loaded again, as both sides see it; null when it cannot be. */
export async function writeDeployable(folder: string, text: string): Promise<ComposeProject | null> {
  await mkdir(join(folder, 'mounted'), { recursive: true });
  await writeFile(join(folder, 'file'), 'content');
  await writeFile(join(folder, 'seccomp.json'), '{ "defaultAction": "SCMP_ACT_ALLOW" }');
  await writeFile(join(folder, 'compose.yaml'), text);
  const loaded = loadCompose({
    files: [{ path: 'compose.yaml', text }],
    readFile: () => undefined,
    environment: {},
    profiles: ['*'],
    projectDirectory: folder,
  });
  return loaded.ok ? loaded.project : null;
}

/** `docker compose … up --no-start`, or `down`; the message when it fails. */
export async function runCompose(
  program: string,
  folder: string,
  args: readonly string[],
): Promise<string | null> {
  const { DOCKER_HOST: host } = process.env;
  const env = {
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    ...(host === undefined ? {} : { DOCKER_HOST: host }),
  };
  return run(program, ['--profile', '*', ...args], { cwd: folder, env, timeout: 60_000 }).then(
    () => null,
    (error: unknown) =>
      typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error),
  );
}
