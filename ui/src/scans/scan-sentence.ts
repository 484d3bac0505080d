import type { Scan } from '../client/api.ts';
import { t, type PlainSentence } from '../words/t.ts';

const sentences: Record<Scan['state'], PlainSentence> = {
  clean: 'No known vulnerability.',
  findings: 'Known vulnerabilities, by the update that ends them; those with a fix first.',
  'nothing-recognised': 'The scanner recognised no package in this image, so it says nothing about it.',
  'no-database': 'The packages are listed, but no vulnerability database was there to look them up in.',
  stale:
    'It was looked up in an old vulnerability database: what was found is so, what is newer is not known.',
  failed: 'The scan failed, so nothing is known.',
  'not-scanned': 'No scan of this image is stored.',
};

/** What a state of a scan means; not knowing never reads like being clean. */
export function scanSentence(state: Scan['state']): string {
  return t(sentences[state]);
}
