import type { ScanReport } from '../scan/scan.ts';

/** Scans one image. Never throws for a bad image: `state: 'failed'` with the reason. Cancelling throws. */
export type Scanner = {
  scan(
    request: {
      imageId: string;
      ref: string;
      image: AsyncIterable<Uint8Array>;
      now: number;
      onProgress?: (text: string) => void;
    },
    signal?: AbortSignal,
  ): Promise<ScanReport>;
};
