import type { Scanner } from '../../core/port/scanner.ts';
import type { ScanReport } from '../../core/scan/scan.ts';

export type MemoryScanner = Scanner & {
  /** What the next scans of this image say; without it they say that nothing could be looked up. */
  set(imageId: string, facts: Partial<ScanReport>): void;
};

/** Reads the tar it is given and looks no further; for unit tests and development. */
export function createMemoryScanner(): MemoryScanner {
  const known = new Map<string, Partial<ScanReport>>();
  return {
    set(imageId, facts) {
      known.set(imageId, facts);
    },
    rescan: async (report, { now }) =>
      report.sbom === null ? null : { ...report, ...known.get(report.imageId), startedAt: now, tookMs: 0 },
    isOutdated: async ({ state }) => state === 'failed',
    async scan({ imageId, image, now, onProgress }, signal) {
      signal?.throwIfAborted();
      const report: ScanReport = {
        imageId,
        state: 'no-database',
        packages: 1,
        findings: [],
        secrets: [],
        misconfigurations: [],
        sbom: JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.7', components: [] }),
        scanner: 'memory',
        databaseAt: null,
        reason: 'there is no vulnerability database in memory',
        startedAt: now,
        tookMs: 0,
      };
      try {
        let bytes = 0;
        for await (const chunk of image) bytes += chunk.byteLength;
        signal?.throwIfAborted();
        onProgress?.(`reading the image, ${bytes} bytes`);
        if (bytes < 1_024) return { ...report, ...failed('the image is not a tar') };
        return { ...report, ...known.get(imageId) };
      } catch (error) {
        signal?.throwIfAborted();
        return { ...report, ...failed(error instanceof Error ? error.message : 'unknown reason') };
      }
    },
  };
}

function failed(reason: string): Pick<ScanReport, 'state' | 'reason' | 'packages' | 'sbom'> {
  return { state: 'failed', reason, packages: 0, sbom: null };
}
