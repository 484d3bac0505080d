import { z } from 'zod';
import { appSchema } from './app-schema.ts';
import { facts, named } from './components.ts';
import { operationSchema } from './operation-schema.ts';

const path = z.string().min(1).max(1024);
const texts = z.record(path, z.string());

const composeFields = {
  files: z
    .array(z.strictObject({ path, text: z.string() }))
    .min(1)
    .max(50)
    .describe('Compose files in the order in which they are merged.'),
  support: texts.exactOptional().describe('`.env`, env files, included and extended files, by path.'),
  environment: z
    .record(z.string().min(1).max(256), z.string())
    .exactOptional()
    .describe('Variables for interpolation.'),
  profiles: z.array(z.string().min(1).max(255)).max(100).exactOptional(),
  directory: z
    .string()
    .max(4096)
    .startsWith('/')
    .exactOptional()
    .describe('The absolute folder that relative paths begin at.'),
};
const pull = z.enum(['missing', 'always', 'never']).exactOptional();
// The rules of names are the core's; this only keeps nonsense short.
const name = z.string().max(100).exactOptional();

export const newAppBody = named('NewApp', z.strictObject({ name, ...composeFields, pull }));
export const checkBody = named('ComposeCheck', z.strictObject({ name, ...composeFields }));
export const deploymentBody = named('NewDeployment', z.strictObject({ ...composeFields, pull }));

/** A place in a compose file and what to know about it. */
export const warningSchema = named(
  'Warning',
  z.object({
    pointer: z.string(),
    place: z.string().describe('`file:line:column`'),
    message: z.string(),
    fix: z.string().exactOptional(),
  }),
);

export const deployAnswer = named(
  'DeploymentAccepted',
  z.object({ app: appSchema, operation: operationSchema, warnings: z.array(warningSchema).readonly() }),
);
export const checkAnswer = named(
  'ComposeChecked',
  z.object({
    project: facts.describe('The model as it would be deployed.'),
    config: facts.describe('The model as `docker compose config` prints it.'),
    hashes: z.record(z.string(), z.string()).describe('A hash of the settings of each service.'),
    warnings: z.array(warningSchema).readonly(),
  }),
);
