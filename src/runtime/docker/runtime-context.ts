import type { EngineClient } from './client/engine-client.ts';
import type { OwnObjects } from './own-objects.ts';

/** What the runtime's parts share. */
export type RuntimeContext = { client: EngineClient; installation: string; own: OwnObjects };
