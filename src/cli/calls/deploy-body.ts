import type { DeployRequest } from './api.ts';
import type { Schemas } from '../client/client.ts';

/** A request body without what was not asked for. */
export function deployBody({
  files,
  support,
  environment,
  profiles,
  directory,
  pull,
  builds,
  isBuilding,
  secrets,
}: DeployRequest): Schemas['NewDeploymentInput'] {
  return {
    files,
    support,
    environment,
    profiles,
    ...(directory === undefined ? {} : { directory }),
    ...(pull === undefined ? {} : { pull }),
    ...(builds === undefined ? {} : { builds }),
    ...(isBuilding === undefined ? {} : { isBuilding }),
    ...(secrets === undefined ? {} : { secrets }),
  };
}
