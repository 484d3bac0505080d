import { z } from 'zod';
import { admissionModes } from '../../core/admission/policies.ts';
import { listOf, named, time } from './components.ts';
import { checkBody } from './deploy-schema.ts';

const mode = z.enum(admissionModes);
const anyParams = z.record(z.string().max(100), z.unknown());
const reason = z.string().trim().min(3).max(500).describe('Why; kept and shown.');

const violationFields = {
  policy: z.string(),
  title: z.string(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  mode: z.enum(['deny', 'warn', 'audit', 'excepted']),
  service: z.string(),
  path: z.string().describe("JSON pointer into the engine's create payload."),
  field: z.string(),
  seen: z.string().exactOptional(),
  finding: z.string().exactOptional().describe('The vulnerability that it is about.'),
  msg: z.string(),
  fix: z.string(),
};
const reportFields = {
  isAllowed: z.boolean(),
  policyRevision: z.string(),
  settingsVersion: z.int(),
};

export const admissionCheckSchema = named(
  'AdmissionCheck',
  z.object({
    ...reportFields,
    violations: z
      .array(
        z.object({
          ...violationFields,
          pointer: z.string().exactOptional().describe('Into the compose model.'),
          place: z.string().exactOptional().describe('`file:line:column`'),
        }),
      )
      .readonly(),
  }),
);
export const admissionRecordSchema = named(
  'AdmissionRecord',
  z.object({
    id: z.string(),
    at: time,
    appId: z.int().nullable(),
    app: z.string(),
    action: z.string(),
    userId: z.int(),
    ...reportFields,
    violations: z.array(z.object(violationFields)).readonly(),
  }),
);
export const admissionRecordsSchema = listOf(admissionRecordSchema);
export const admissionCheckBody = named(
  'AdmissionQuestion',
  z.strictObject({
    ...checkBody.shape,
    app: z.string().max(100).exactOptional(),
    role: z.enum(['user', 'admin']).exactOptional().describe('For admins: as whom.'),
  }),
);
export const admissionPoliciesSchema = named(
  'AdmissionPolicies',
  z.object({
    version: z.int().describe('Of the settings; 0 = as shipped.'),
    policies: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        user: mode,
        admin: mode,
        params: anyParams.describe('Only what differs from the shipped ones.'),
        isChanged: z.boolean(),
      }),
    ),
  }),
);
export const admissionChangeBody = named(
  'AdmissionChange',
  z.strictObject({
    role: z.enum(['user', 'admin']).exactOptional().describe('Whose mode; absent = both.'),
    mode: mode.exactOptional(),
    params: anyParams.exactOptional(),
    isReset: z.boolean().exactOptional().describe('Back to what was shipped.'),
  }),
);
export const exceptionSchema = named(
  'AdmissionException',
  z.object({
    id: z.string(),
    policy: z.string(),
    app: z.string().nullable(),
    service: z.string().nullable(),
    reason: z.string(),
    expiresAt: time,
    createdAt: time,
    createdBy: z.int(),
  }),
);
export const exceptionsSchema = listOf(exceptionSchema);
export const exceptionBody = named(
  'NewAdmissionException',
  z.strictObject({
    policy: z.string().max(10),
    app: z.string().max(100).exactOptional().describe('Absent: every app.'),
    service: z.string().max(255).exactOptional(),
    reason,
    expiresAt: z.int().describe('Milliseconds since the epoch; at most a year ahead.'),
  }),
);
export const waiverSchema = named(
  'ScanWaiver',
  z.object({
    id: z.string(),
    finding: z.string(),
    app: z.string().nullable(),
    package: z.string().nullable(),
    reason: z.string(),
    expiresAt: time,
    createdAt: time,
    createdBy: z.int(),
  }),
);
export const waiversSchema = listOf(waiverSchema);
export const waiverBody = named(
  'NewScanWaiver',
  z.strictObject({
    finding: z.string().regex(/^[A-Za-z][A-Za-z0-9:_-]{2,60}$/),
    app: z.string().max(100).exactOptional().describe('Absent: every app.'),
    package: z.string().max(300).exactOptional(),
    reason,
    expiresAt: z.int().describe('Milliseconds since the epoch; at most a year ahead.'),
  }),
);
export const idParams = z.object({ id: z.string().max(100) });
