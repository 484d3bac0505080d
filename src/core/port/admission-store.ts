import type { AdmissionException, AdmissionRecord, AdmissionSettings } from '../admission/admission.ts';
import type { ScanWaiver } from '../scan/waiver.ts';

/** What is kept for admission and scans; see store.ts. */
export type AdmissionStore = {
  /** Settings, exceptions and records of admission. */
  admission: {
    /** The newest; version 0 when nothing was changed. */
    settings(): AdmissionSettings;
    /** As the next version. */
    changeSettings(
      change: Pick<AdmissionSettings, 'modes' | 'params'> & { at: number; by: number },
    ): AdmissionSettings;
    /** Newest first; the last hundred. */
    settingsHistory(): (AdmissionSettings & { createdAt: number; createdBy: number })[];
    addException(exception: AdmissionException): void;
    /** Oldest first; ended ones too. */
    exceptions(): AdmissionException[];
    removeException(id: string): boolean;
    /** The policies that had something to say when this very question (its text) was answered with yes; null = it was not. */
    admitted(appId: number, question: string): readonly string[] | null;
    /** Remembers that; the newest few hundred of each app stay. */
    admit(appId: number, question: string, found: readonly string[], at: number): void;
    record(record: AdmissionRecord): void;
    /** Newest first. */
    records(appId: number, limit: number): AdmissionRecord[];
  };
  /** Vulnerabilities that administrators have taken upon them. */
  waivers: {
    add(waiver: ScanWaiver): void;
    /** Oldest first; ended ones too. */
    list(): ScanWaiver[];
    remove(id: string): boolean;
  };
};
