import { readFile } from 'node:fs/promises';

type Posix = 'SIGHUP' | 'SIGKILL';

/**
 * The engine has no call that ends a command it runs beside a container's own process, and lets it live when its stream is closed. On
 * the engine's own machine the process can be signalled: it is one of this container when its control group carries the id
 * (cgroups(7), `/proc/[pid]/cgroup`), so another process that got the number is never hit. False when it cannot be reached.
 */
export async function signalProcess(pid: number, container: string, signal: Posix): Promise<boolean> {
  if (pid <= 1) return false;
  try {
    if (!(await readFile(`/proc/${pid}/cgroup`, 'utf8')).includes(container)) return false;
    process.kill(pid, signal);
    return true;
  } catch {
    // Gone by now, on another machine, or not ours to signal.
    return false;
  }
}
