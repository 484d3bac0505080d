/** What is known of a person's authenticator, without its secret. */
export type SecondFactor = {
  userId: number;
  createdAt: number;
  /** Null: its first code was not shown yet; nobody is asked for one. */
  confirmedAt: number | null;
  /** The time step whose code was used last: none up to it is good again. */
  lastStep: number;
  /** Wrong codes since the last right one. */
  failures: number;
  /** No code is looked at before. */
  openAt: number;
  /** Recovery codes that were not used. */
  codesLeft: number;
};

/** Shown once, each good once. */
export const recoveryCodeCount = 10;

/** Without spaces and dashes: an authenticator's digits, or a recovery code. */
export function plainCode(code: string): string {
  return code.replaceAll(/[\s-]/g, '').toUpperCase();
}

/** `ABCD-EFGH-JKLM-NPQR`: 16 letters of base32, 80 bits. */
export function recoveryCodeText(letters: string): string {
  return (letters.match(/.{4}/g) ?? []).join('-');
}

const freeFailures = 5;

/** How long nobody may try after so many wrong codes in a row, milliseconds: a minute, doubled each time, an hour at most. */
export function pauseAfter(failures: number): number {
  return failures < freeFailures ? 0 : Math.min(3_600_000, 60_000 * 2 ** (failures - freeFailures));
}
