import { readFile } from 'node:fs/promises';
import type { Runtime } from '../../core/port/runtime.ts';
import { findOwn } from './find-own.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** `TCP_ESTABLISHED` of Linux's `include/net/tcp_states.h`, as `/proc/net/tcp` writes it. */
const established = '01';

/**
 * Counts in the instance's network namespace, by the engine machine's `/proc`. Whether that is this machine, and the process
 * still that of the instance, its control group tells; an engine elsewhere gives null.
 */
export function createConnectionCalls(context: RuntimeContext): Pick<Runtime, 'countConnections'> {
  return {
    async countConnections(id, port, signal) {
      const details = await findOwn(context, id, signal);
      if (details === null || !details.isRunning) return 0;
      const folder = `/proc/${details.pid}`;
      try {
        if (!(await readFile(`${folder}/cgroup`, 'utf8')).includes(details.id)) return null;
        const tables = await Promise.all([read(`${folder}/net/tcp`), read(`${folder}/net/tcp6`)]);
        return tables.reduce((sum, table) => sum + countEstablished(table, port), 0);
      } catch {
        return null;
      }
    },
  };
}

/** A kernel without IPv6 has no table of it. */
async function read(path: string): Promise<string> {
  if (!path.endsWith('6')) return readFile(path, 'utf8');
  return readFile(path, 'utf8').catch(() => '');
}

/** Lines of `/proc/net/tcp`: number, local `ADDRESS:PORT` in hexadecimal, remote, state. */
export function countEstablished(table: string, port: number): number {
  return table.split('\n').filter((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [, text = ''] = /:([0-9A-F]{4})$/i.exec(local) ?? [];
    return state === established && Number.parseInt(text, 16) === port;
  }).length;
}
