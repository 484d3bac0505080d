/** What was seen when no engine answered. */
export type EngineFacts = {
  isRoot: boolean;
  isLinux: boolean;
  /** ID and ID_LIKE of /etc/os-release. */
  distribution: readonly string[];
  /** Its program is installed. */
  hasDaemon: boolean;
  /** Its program runs already, though it does not answer (yet). */
  isDaemonAlive: boolean;
  isSystemd: boolean;
  /** The usual socket of this machine, not an endpoint elsewhere. */
  isDefaultSocket: boolean;
};

export type EngineDecision =
  | { kind: 'start'; isInstalling: boolean; isSystemd: boolean }
  | { kind: 'wait' }
  | { kind: 'refuse'; why: string; fix: string };

const install =
  'Install Docker Engine: https://docs.docker.com/engine/install/ (Debian, Ubuntu: apt-get install docker.io iptables), start it, and run crane again.';

/** Whether Crane may start, or install, an engine here; otherwise what the person should do. */
export function decideEngine(facts: EngineFacts): EngineDecision {
  if (!facts.isDefaultSocket)
    return {
      kind: 'refuse',
      why: 'It is not the usual one of this machine, so Crane starts none.',
      fix: 'Start the engine there, or unset DOCKER_HOST and DOCKER_CONTEXT (docker context use default).',
    };
  if (!facts.isLinux)
    return {
      kind: 'refuse',
      why: 'No engine runs on this machine.',
      fix: 'Start Docker Desktop, or install it, and run crane again.',
    };
  if (facts.isDaemonAlive) return { kind: 'wait' };
  if (!facts.isRoot) {
    return {
      kind: 'refuse',
      why: facts.hasDaemon ? 'It is installed, but only root may start it.' : 'It is not installed.',
      fix: facts.hasDaemon
        ? 'Start it: sudo systemctl start docker (or sudo dockerd); and join its group: sudo usermod -aG docker $USER'
        : install,
    };
  }
  if (facts.hasDaemon) return { kind: 'start', isInstalling: false, isSystemd: facts.isSystemd };
  const isDebian = facts.distribution.some((name) => name === 'debian' || name === 'ubuntu');
  if (isDebian) return { kind: 'start', isInstalling: true, isSystemd: facts.isSystemd };
  return { kind: 'refuse', why: 'It is not installed.', fix: install };
}

/** A pid file is stale when its process is gone or is something else. `command` = /proc/<pid>/cmdline, null when gone. */
export function isStalePid(pid: number, command: string | null): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || command === null) return true;
  return !/(^|\/)(dockerd|containerd)(\0|$)/.test(command);
}

/** `ID` and `ID_LIKE` of a text in the form of /etc/os-release. */
export function parseDistribution(osRelease: string): string[] {
  return osRelease
    .split('\n')
    .flatMap((line) => /^(?:ID|ID_LIKE)=["']?([^"']*)/.exec(line)?.[1]?.trim().split(/\s+/) ?? [])
    .filter((name) => name !== '');
}
