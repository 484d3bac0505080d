/** What an instance gets where its compose file is silent (docs/adr/0006-safe-defaults.md). Each has an explicit opt-out. */
export const instanceDefaults = {
  memoryBytes: 1024 ** 3,
  nanoCpus: 1_000_000_000,
  pids: 512,
  /** Kept after dropping ALL; what common images need to start as root and step down. No NET_RAW, MKNOD, AUDIT_WRITE, SYS_CHROOT. */
  capabilities: [
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'NET_BIND_SERVICE',
    'SETFCAP',
    'SETGID',
    'SETPCAP',
    'SETUID',
  ],
  log: { 'max-size': '10m', 'max-file': '3' },
} as const satisfies {
  memoryBytes: number;
  nanoCpus: number;
  pids: number;
  capabilities: readonly string[];
  log: Record<string, string>;
};
