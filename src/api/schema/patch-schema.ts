import { z } from 'zod';
import { projectPatchSchema, servicePatchSchema } from '../../core/compose/project-patch.ts';
import { appSchema } from './app-schema.ts';
import { named } from './components.ts';
import { operationSchema } from './operation-schema.ts';
import { releaseDiffSchema } from './release-schema.ts';

named('ServicePatch', servicePatchSchema);
export const patchBody = named('AppPatch', projectPatchSchema);

export const patchAnswer = z.object({
  app: appSchema,
  operation: operationSchema.nullable().describe('Null: nothing differs, or it was only asked what would.'),
  changes: releaseDiffSchema,
});
