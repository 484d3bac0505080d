import { z } from 'zod';
import { tokenVerbs } from '../../core/people/token-scope.ts';
import { nameFault } from '../../core/people/plain-name.ts';
import { registrationModes, roles } from '../../core/people/user.ts';
import { listOf, named, time } from './components.ts';
import { codeField } from './second-factor-schema.ts';
import { quotaStateSchema } from './quota-schema.ts';

const role = z.enum(roles);
const verb = z.enum(tokenVerbs);

export const userSchema = named('User', z.object({ id: z.int(), name: z.string(), role, createdAt: time }));

export const accountSchema = named(
  'Account',
  z.object({
    id: z.int(),
    name: z.string(),
    role,
    createdAt: time,
    isDisabled: z.boolean(),
    hasPassword: z.boolean().describe('Without one a person gets in by tokens only.'),
    hasSecondFactor: z.boolean(),
    quota: quotaStateSchema,
  }),
);
export const accountsSchema = listOf(accountSchema);

export const tokenSchema = named(
  'Token',
  z.object({
    id: z.int(),
    name: z.string(),
    verbs: z.array(verb).nullable().describe('What it is limited to; null = nothing.'),
    apps: z.array(z.string()).nullable().describe('The apps it is limited to; null = none in particular.'),
    createdAt: time,
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable().describe('To the minute.'),
  }),
);
export const tokensSchema = listOf(tokenSchema);

export const personName = z
  .string()
  .min(1)
  .max(60)
  .superRefine((text, context) => {
    const message = nameFault(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

/** Names of new people: they stand in addresses and in lists beside others. */
export const newPersonName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,59}$/i, 'must be 1-60 letters a-z, digits, ".", "_" and "-"');
export const userParams = z.object({ name: z.string().max(100) });

const password = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^[^\0]*$/, 'must hold no NUL')
  .describe('At least ten characters; length counts, what it is made of does not.');

export const setupBody = named(
  'Setup',
  z.strictObject({
    setupToken: z.string().min(1).max(200),
    name: personName,
    password: password.optional(),
  }),
);
export const setupAnswer = named(
  'SetupDone',
  z.object({
    user: userSchema,
    token: z.string().describe('Shown this once. With a password it ends after an hour.'),
  }),
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
    verbs: z
      .array(verb)
      .min(1)
      .max(4)
      .nullable()
      .default(null)
      .describe('A limited token never changes the account or other people.'),
    apps: z.array(z.string().min(1).max(100)).min(1).max(100).nullable().default(null),
  }),
);
export const newTokenAnswer = named(
  'TokenIssued',
  z.object({
    token: tokenSchema,
    secret: z.string().describe('The bearer token `crane_…`; shown this once.'),
  }),
);

export const newUserBody = named(
  'NewUser',
  z.strictObject({
    name: newPersonName,
    role: role.default('user'),
    password: password.optional().describe('Absent: one is made, and answered this once.'),
  }),
);
const madePassword = z.string().nullable().describe('The one that was made, shown this once; else null.');
export const newUserAnswer = named('UserAdded', z.object({ user: accountSchema, password: madePassword }));
export const userChangeBody = named(
  'UserChange',
  z.strictObject({ role: role.optional(), isDisabled: z.boolean().optional() }),
);
export const passwordResetBody = named(
  'PasswordReset',
  z.strictObject({ password: password.optional().describe('Absent: one is made, and answered this once.') }),
);
export const passwordResetAnswer = named('PasswordResetDone', z.object({ password: madePassword }));
export const ownPasswordBody = named(
  'OwnPassword',
  z.strictObject({
    current: z.string().max(1_000).optional().describe('Needed when there is one.'),
    password,
  }),
);

export const registrationSchema = named('Registration', z.strictObject({ mode: z.enum(registrationModes) }));
export const newRegistrationBody = named(
  'NewRegistration',
  z.strictObject({
    name: newPersonName,
    password,
    invitation: z.string().min(1).max(200).optional().describe('`crane_invite_…`'),
  }),
);
export const entranceSchema = named(
  'Entrance',
  z.object({
    isSetUp: z.boolean().describe('Else the setup token of the console makes the first admin.'),
    registration: z.enum(registrationModes),
    provider: z
      .object({ name: z.string() })
      .nullable()
      .describe('Another service that vouches for people: send the browser to /api/v1/auth/provider/login.'),
  }),
);
export const invitationSchema = named(
  'Invitation',
  z.object({ id: z.int(), role, createdAt: time, expiresAt: time }),
);
export const invitationsSchema = listOf(invitationSchema);
export const newInvitationBody = named(
  'NewInvitation',
  z.strictObject({
    role: role.default('user'),
    expiresInSeconds: z
      .int()
      .min(60)
      .max(30 * 86_400)
      .default(7 * 86_400),
  }),
);
export const newInvitationAnswer = named(
  'InvitationMade',
  z.object({ invitation: invitationSchema, code: z.string().describe('`crane_invite_…`; shown this once.') }),
);

const credentials = {
  name: z.string().min(1).max(100),
  password: z
    .string()
    .min(1)
    .max(1_000)
    .regex(/^[^\0]*$/, 'must hold no NUL'),
  code: codeField.optional().describe('Of the second factor, where the person has one.'),
};
export const loginBody = named('NewLogin', z.strictObject(credentials));
export const loginSchema = named(
  'Login',
  z.object({
    id: z.string(),
    kind: z.enum(['browser', 'api']),
    address: z.string(),
    client: z.string().describe('What it says of itself.'),
    createdAt: time,
    seenAt: time.describe('To the minute.'),
    idleAt: time.describe('Ends then unless it is used before.'),
    expiresAt: time.describe('Ends then in any case.'),
    isCurrent: z.boolean(),
  }),
);
export const loginsSchema = listOf(loginSchema);
export const loginAnswer = named('LoggedIn', z.object({ user: userSchema, expiresAt: time }));

export const tokenRequestBody = named(
  'TokenRequest',
  z.discriminatedUnion('grant', [
    z.strictObject({ grant: z.literal('password'), ...credentials }),
    z.strictObject({ grant: z.literal('refresh'), refreshToken: z.string().min(1).max(200) }),
  ]),
);
export const tokenPairAnswer = named(
  'TokenPair',
  z.object({
    user: userSchema,
    accessToken: z.string().describe('A JWT, sent as a bearer token.'),
    expiresAt: time.describe('When the access token ends.'),
    refreshToken: z.string().describe('Good once, for the next pair.'),
  }),
);
