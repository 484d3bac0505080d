/** What goals can be looked for in. Each record is plain data; see gather-lab-records.ts for its fields. */
export const recordKinds = [
  'services',
  'releases',
  'operations',
  'decisions',
  'policies',
  'rules',
  'costs',
] as const;
export type RecordKind = (typeof recordKinds)[number];

export type LabRecord = Readonly<Record<string, unknown>>;
/** Of the learner's own apps, of the time since the lab began. */
export type LabRecords = Readonly<Record<RecordKind, readonly LabRecord[]>>;
