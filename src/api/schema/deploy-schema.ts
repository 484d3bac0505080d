import { z } from 'zod';
import { appSchema } from './app-schema.ts';
import { facts, named } from './components.ts';
import { operationSchema } from './operation-schema.ts';
import { secretName, secretValue } from './secret-schema.ts';

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

const service = z.string().min(1).max(255);
const builds = z
  .record(
    service,
    z.strictObject({
      context: z.string().max(100).describe('Id of a build context that was sent.'),
      dockerfile: z
        .string()
        .max(1_000_000)
        .exactOptional()
        .describe('Text of a Dockerfile that lies outside the context.'),
    }),
  )
  .exactOptional()
  .describe('By service that is built: what from.');
const isBuilding = z.boolean().exactOptional().describe('Build also what has an image already.');
const buildFields = {
  builds,
  services: z.array(service).max(1_000).exactOptional().describe('Which; default all that are built.'),
  isPullingBases: z
    .boolean()
    .exactOptional()
    .describe('Look for base images in their registry even when they are here.'),
  hasCache: z.boolean().exactOptional().describe('Use steps of earlier builds; default true.'),
};

export const canaryWeight = z
  .int()
  .min(0)
  .max(100)
  .describe('Of 100 requests, so many go to the newer release.');

export const canaryBody = named('CanaryShare', z.strictObject({ weight: canaryWeight }));

const secrets = z
  .record(secretName, secretValue)
  .exactOptional()
  .describe('Secrets that the app is given with it, by name, as `PUT …/secrets/{name}` does.');

const isUpdating = z
  .boolean()
  .exactOptional()
  .describe('Where an app of your own has this name, it is brought to these files instead.');

export const newAppBody = named(
  'NewApp',
  z.strictObject({ name, ...composeFields, pull, builds, isBuilding, isUpdating, secrets }),
);
export const newBuildBody = named('NewAppBuild', z.strictObject({ name, ...composeFields, ...buildFields }));
export const buildBody = named('NewBuild', z.strictObject({ ...composeFields, ...buildFields }));
export const checkBody = named('ComposeCheck', z.strictObject({ name, ...composeFields }));
export const deploymentBody = named(
  'NewDeployment',
  z.strictObject({
    ...composeFields,
    canary: canaryWeight.exactOptional(),
    pull,
    builds,
    isBuilding,
    secrets,
  }),
);

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
