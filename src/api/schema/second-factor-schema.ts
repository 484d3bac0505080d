import { z } from 'zod';
import { named, time } from './components.ts';

export const codeField = z
  .string()
  .min(1)
  .max(40)
  .describe('Six digits of the authenticator, or a recovery code. Each is good once.');
const password = z.string().min(1).max(1_000).describe('The present one.');

export const factorSchema = named(
  'SecondFactor',
  z.object({
    isOn: z.boolean().describe('Whether logging in asks for a code.'),
    since: time.nullable(),
    codesLeft: z.int().describe('Recovery codes that were not used.'),
  }),
);
export const enrolmentBody = named('NewSecondFactor', z.strictObject({ password }));
export const enrolmentAnswer = named(
  'SecondFactorBegun',
  z.object({
    secret: z.string().describe('Base32; shown this once.'),
    uri: z.string().describe('`otpauth://totp/…`, what an authenticator reads.'),
    qr: z
      .array(z.array(z.boolean()))
      .nullable()
      .describe('The same as a QR code: rows of modules, true = dark. Null when the name is too long.'),
  }),
);
export const confirmationBody = named('SecondFactorConfirmation', z.strictObject({ code: codeField }));
export const bothBody = named('SecondFactorProof', z.strictObject({ password, code: codeField }));
export const recoveryCodesAnswer = named(
  'RecoveryCodes',
  z.object({ codes: z.array(z.string()).describe('Each good once in place of a code; shown this once.') }),
);
