import type { ScanReport } from '../scan/scan.ts';

export type Scanner = {
  /** Scans one image. Never throws for a bad image: `state: 'failed'` with the reason. Cancelling throws. */
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
  /** Whether another scan of the same image could say what this report does not: it failed, or a database has come since. */
  isOutdated(report: ScanReport): Promise<boolean>;
};
