/** An administrator takes a vulnerability upon them: for everything, or one app or package, until a time. */
export type ScanWaiver = {
  id: string;
  /** `CVE-2026-1234` */
  finding: string;
  /** Unique name; null = every app. */
  app: string | null;
  package: string | null;
  reason: string;
  expiresAt: number;
  createdAt: number;
  createdBy: number;
};

/** Whether one of them covers this finding now. */
export function isWaived(
  waivers: readonly ScanWaiver[],
  finding: { id: string; package: string },
  { app, now }: { app: string; now: number },
): boolean {
  return waivers.some(
    (waiver) =>
      waiver.finding === finding.id &&
      waiver.expiresAt > now &&
      (waiver.app === null || waiver.app === app) &&
      (waiver.package === null || waiver.package === finding.package),
  );
}
