import type { Database } from './database.ts';
import { reseal } from './reseal.ts';
import { createSeal, type Seal } from './seal.ts';

/** The seal of one open database. Its keys change when they are rotated. */
export type SealedTexts = Pick<Seal, 'seal' | 'open'> & {
  /** Seals with the first of these keys from now on, and at once whatever is not; gives how many texts. */
  reseal(keys?: readonly Uint8Array[]): number;
};

/** Without keys texts are kept as they are. */
export function createSealedTexts(db: Database, keys: readonly Uint8Array[] | undefined): SealedTexts {
  let seal = keys === undefined ? null : createSeal(keys);
  return {
    seal: (text, context) => seal?.seal(text, context) ?? text,
    open: (text, context) => seal?.open(text, context) ?? text,
    reseal(fresh) {
      if (fresh !== undefined) seal = createSeal(fresh);
      if (seal === null) return 0;
      return reseal(db, seal);
    },
  };
}
