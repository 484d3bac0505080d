import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { isStalePid } from './decide-engine.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How the engine's own program is run where no service manager does it. */
export type Daemon = {
  command: string;
  arguments: readonly string[];
  /** The daemon's own pid file, then its containerd's: whoever left them, they must not stop the next start. */
  pidFiles: readonly [string, string];
  /** What a killed containerd leaves beside its pid file. */
  sockets: readonly string[];
};

export const systemDaemon: Daemon = {
  command: 'dockerd',
  arguments: [],
  pidFiles: ['/var/run/docker.pid', '/var/run/docker/containerd/containerd.pid'],
  sockets: [
    '/var/run/docker/containerd/containerd.sock',
    '/var/run/docker/containerd/containerd.sock.ttrpc',
    '/var/run/docker/containerd/containerd-debug.sock',
  ],
};

/** Whether the program that its pid file names lives: it may answer soon, and a second one would not start. */
export function isDaemonAlive({ pidFiles: [own] }: Daemon): boolean {
  return existsSync(own) && !isStale(own);
}

/** A daemon that was killed leaves pid files behind, which the next one takes for a running daemon. Returns what was removed. */
export function removeStaleFiles({ pidFiles, sockets }: Daemon): string[] {
  const [, containerd] = pidFiles;
  const stale = pidFiles.filter((file) => existsSync(file) && isStale(file));
  // A containerd that lives goes on with its sockets: the daemon takes it over.
  const left =
    existsSync(containerd) && !stale.includes(containerd) ? [] : sockets.filter((path) => existsSync(path));
  for (const file of [...stale, ...left]) rmSync(file, { force: true });
  return [...stale, ...left];
}

export type StartedDaemon = {
  /** How it ended, in words; null while it runs. */
  ended(): string | null;
};

/** In a session of its own: it outlives Crane, as an engine should. Its output goes to `logPath`. */
export function startDaemon(
  { command, arguments: args }: Daemon,
  { logPath, environment }: { logPath: string; environment: Environment },
): StartedDaemon {
  mkdirSync(dirname(logPath), { recursive: true, mode: 0o700 });
  const log = openSync(logPath, 'a', 0o600);
  let end: string | null = null;
  try {
    const child = spawn(command, [...args], {
      detached: true,
      stdio: ['ignore', log, log],
      env: environment,
    });
    child.once('error', (error) => (end = error.message));
    child.once(
      'exit',
      (code, signal) => (end ??= `it ended with ${code === null ? signal : `exit code ${code}`}`),
    );
    child.unref();
  } finally {
    closeSync(log);
  }
  return { ended: () => end };
}

/** The last lines of a daemon's log that say what went wrong. */
export function readLogEnd(logPath: string, lines = 3): string {
  try {
    return readFileSync(logPath, 'utf8').slice(-4_000).trim().split('\n').slice(-lines).join(' | ');
  } catch {
    return ''; // it never wrote one
  }
}

function isStale(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    const place = `/proc/${pid}/cmdline`;
    return isStalePid(pid, existsSync(place) ? readFileSync(place, 'utf8') : null);
  } catch {
    return false; // not ours to read, or just gone
  }
}
