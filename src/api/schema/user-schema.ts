import { z } from 'zod';
import { listOf, named, time } from './components.ts';

export const userSchema = named(
  'User',
  z.object({ id: z.int(), name: z.string(), role: z.enum(['admin', 'user']), createdAt: time }),
);

export const tokenSchema = named(
  'Token',
  z.object({
    id: z.int(),
    name: z.string(),
    createdAt: time,
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable().describe('To the minute.'),
  }),
);
export const tokensSchema = listOf(tokenSchema);

export const personName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{C}]*$/u, 'must hold no control characters');

export const setupBody = named(
  'Setup',
  z.strictObject({ setupToken: z.string().min(1).max(200), name: personName }),
);
export const setupAnswer = named(
  'SetupDone',
  z.object({ user: userSchema, token: z.string().describe('Shown this once.') }),
);

export const newTokenBody = named(
  'NewToken',
  z.strictObject({
    name: personName,
    expiresInSeconds: z
      .int()
      .min(60)
      .max(10 * 365 * 86_400)
      .nullable()
      .default(null)
      .describe('null = until it is revoked.'),
  }),
);
export const newTokenAnswer = named(
  'TokenIssued',
  z.object({
    token: tokenSchema,
    secret: z.string().describe('The bearer token `crane_…`; shown this once.'),
  }),
);
