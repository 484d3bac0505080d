import { z } from 'zod';
import { auditOutcomes } from '../../core/audit/audit.ts';
import { facts, named, pageOf, time } from './components.ts';
import { queryNumber } from './query.ts';

export const auditEntrySchema = named(
  'AuditEntry',
  z.object({
    seq: z.int(),
    at: time,
    actorId: z.int().nullable(),
    actor: z.string().nullable(),
    via: z
      .string()
      .describe(
        'What they showed: `token 7`, `browser`, `api`, `hook`, `provider`, `break-glass`, `nothing`.',
      ),
    address: z.string(),
    action: z.string().describe('Operation id.'),
    subject: z.string().nullable(),
    outcome: z.enum(auditOutcomes),
    details: facts,
    previous: z.string().describe('Hash of the entry before.'),
    hash: z.string(),
  }),
);
export const auditPage = pageOf(auditEntrySchema);
export const auditQuery = z.strictObject({
  actor: z.string().max(100).optional(),
  subject: z.string().max(100).optional(),
  limit: queryNumber(1, 500).default(50),
  cursor: z.string().max(200).optional(),
});
export const auditProofSchema = named(
  'AuditProof',
  z.object({
    isIntact: z.boolean(),
    entries: z.int().describe('How many are whole.'),
    head: z.string().optional().describe('Hash of the newest; keep it elsewhere to prove the past later.'),
    brokenAt: z.int().optional(),
    reason: z.string().optional(),
  }),
);
