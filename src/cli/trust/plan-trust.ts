/** What is done to make this machine trust, or no longer trust, an authority. Shown before it is done. */
export type TrustPlan = {
  /** Where the certificate is written, or removed; null = the command is given the file of the certificate. */
  path: string | null;
  command: readonly string[];
  /** Whether only the administrator of the machine may do it. */
  needsAdmin: boolean;
};

export type TrustFacts = {
  platform: NodeJS.Platform;
  /** Which of the folders below exist. */
  hasFolder: (path: string) => boolean;
  /** Tells this authority from others: the end of its subject. */
  id: string;
  /** A file with the certificate, for stores that read one. */
  file: string;
};

/** Linux distributions: where anchors lie, and what reads them. */
const anchors = [
  {
    folder: '/usr/local/share/ca-certificates',
    ending: 'crt',
    add: ['update-ca-certificates'],
    remove: ['update-ca-certificates', '--fresh'],
  },
  {
    folder: '/etc/pki/ca-trust/source/anchors',
    ending: 'pem',
    add: ['update-ca-trust', 'extract'],
    remove: ['update-ca-trust', 'extract'],
  },
  {
    folder: '/etc/ca-certificates/trust-source/anchors',
    ending: 'pem',
    add: ['trust', 'extract-compat'],
    remove: ['trust', 'extract-compat'],
  },
] as const;

/** Null where it is not known how. */
export function planTrust(
  { platform, hasFolder, id, file }: TrustFacts,
  what: 'add' | 'remove',
): TrustPlan | null {
  if (platform === 'darwin') {
    const keychain = '/Library/Keychains/System.keychain';
    const command =
      what === 'add'
        ? ['security', 'add-trusted-cert', '-d', '-r', 'trustRoot', '-k', keychain, file]
        : ['security', 'remove-trusted-cert', '-d', file];
    return { path: null, command, needsAdmin: true };
  }
  if (platform === 'win32') {
    const command =
      what === 'add'
        ? ['certutil', '-user', '-addstore', 'Root', file]
        : ['certutil', '-user', '-delstore', 'Root', `Crane local authority ${id}`];
    return { path: null, command, needsAdmin: false };
  }
  const store = anchors.find(({ folder }) => hasFolder(folder));
  if (store === undefined) return null;
  return { path: `${store.folder}/crane-${id}.${store.ending}`, command: store[what], needsAdmin: true };
}

/** The plan as sentences. */
export function describeTrust({ path, command }: TrustPlan, what: 'add' | 'remove'): string[] {
  return [
    ...(path === null ? [] : [`${what === 'add' ? 'writes the certificate to' : 'removes'} ${path}`]),
    `runs: ${command.join(' ')}`,
  ];
}
