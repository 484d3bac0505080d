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
  /**
   * Looks a kept SBOM up again, without the image: for what has come to be known since. Null when it has none. Fails and is
   * cancelled as `scan`.
   */
  rescan(report: ScanReport, request: { now: number }, signal?: AbortSignal): Promise<ScanReport | null>;
  /** Whether another scan of the same image could say what this report does not: it failed, or a database has come since. */
  isOutdated(report: ScanReport): Promise<boolean>;
};

/** The vulnerability database on this machine. */
export type ScanDatabase = {
  /** Null = there is none. Times in milliseconds. */
  status(): Promise<{ updatedAt: number; sizeBytes: number } | null>;
  /**
   * Takes one over from a folder or an archive of this machine that holds `trivy.db` and `metadata.json`. `input.invalid` when it is none;
   * the one of before stays then.
   */
  import(path: string, signal?: AbortSignal): Promise<{ updatedAt: number; sizeBytes: number }>;
};
