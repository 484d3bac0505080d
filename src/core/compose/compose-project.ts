import type { Decoded } from './decode.ts';
import type { dependency, endpoint, healthcheck, mount, port, service } from './decode-service.ts';
import type { resources } from './decode-resources.ts';

/** The resolved model, in the canonical form of the Compose Specification; the tables in `decode-*.ts` are its fields. */
export type ComposeService = Decoded<typeof service>;
export type ComposePort = Decoded<typeof port>;
export type ComposeMount = Decoded<typeof mount>;
export type ComposeHealthcheck = Decoded<typeof healthcheck>;
export type ComposeDependency = Decoded<typeof dependency>;
/** Null: joined without any setting. */
export type ComposeEndpoint = Decoded<typeof endpoint> | null;

type Resources = Decoded<typeof resources>;
export type ComposeNetwork = NonNullable<Resources['networks']>[string];
export type ComposeVolume = NonNullable<Resources['volumes']>[string];
export type ComposeFileObject = NonNullable<Resources['secrets']>[string];

export type ComposeProject = {
  name: string;
  services: Record<string, ComposeService>;
} & Resources;
