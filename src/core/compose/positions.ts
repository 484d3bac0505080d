/** Where a value stands in its file; both numbers begin at 1. */
export type Position = { file: string; line: number; column: number };
