import type { ErrorCode } from '../error/error-codes.ts';

export const operationKinds = [
  'deploy',
  'scale',
  'stop',
  'start',
  'restart',
  'delete',
  'load',
  'chaos',
  'rollback',
  'canary',
  'rename',
  'build',
  'pull',
] as const;
export type OperationKind = (typeof operationKinds)[number];

export const operationStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type OperationStatus = (typeof operationStatuses)[number];

/** A long task a client can follow, cancel and find again after a restart. */
export type Operation = {
  id: string;
  kind: OperationKind;
  appId: number;
  userId: number;
  status: OperationStatus;
  createdAt: number;
  endedAt: number | null;
  error: { code: ErrorCode; message: string; fix?: string } | null;
  /** Kind-specific result: a load's report, a deployment's url. */
  result: unknown;
};

/** One line of an operation's progress; `seq` grows by one and is the id of the server-sent event. */
export type OperationEvent = {
  operationId: string;
  seq: number;
  at: number;
  step: string;
  state: 'started' | 'progress' | 'done' | 'failed';
  text: string;
  /** Numbers and facts of the step: bytes, instance names, findings. */
  data: Readonly<Record<string, unknown>>;
};
