import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../core/port/store.ts';

type Settings = Store['settings'];
type Request = {
  dataFolder: string;
  settings: Settings;
  /** Whether somebody has set this Crane up. */
  hasUsers: boolean;
  /** Setting that holds the hash until the token is redeemed. */
  key: string;
  newSecret: () => { secret: string; hash: string };
  hashSecret: (secret: string) => string;
};

/**
 * Until the first admin exists, a one-time token lies in a private file of the data folder; only its hash is stored.
 * Gives the token, the same one after a restart, or null when there is none any more.
 */
export function offerSetupToken(request: Request): string | null {
  const { dataFolder, settings, key, hashSecret, newSecret } = request;
  const path = tokenFile(dataFolder);
  if (request.hasUsers) {
    rmSync(path, { force: true });
    return null;
  }
  const known = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (known !== '' && settings.get(key) === hashSecret(known)) return known;
  const { secret, hash } = newSecret();
  rmSync(path, { force: true });
  writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  settings.set(key, hash);
  return secret;
}

/** The same store, which also removes the file when the token is redeemed. */
export function withSetupFile(store: Store, { dataFolder, key }: { dataFolder: string; key: string }): Store {
  return {
    ...store,
    settings: {
      ...store.settings,
      remove: (name) => {
        store.settings.remove(name);
        if (name === key) rmSync(tokenFile(dataFolder), { force: true });
      },
    },
  };
}

const tokenFile = (dataFolder: string): string => join(dataFolder, 'setup-token');
