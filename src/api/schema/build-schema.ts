import { z } from 'zod';
import { listOf, named, time } from './components.ts';

/** A build context that was taken in. */
export const contextAnswer = named(
  'BuildContext',
  z.object({
    id: z.string().describe('To be named in `builds`.'),
    sizeBytes: z.int(),
    entries: z.int(),
  }),
);

export const imagesQuery = z.strictObject({
  app: z.string().min(1).max(200).exactOptional().describe('Unique name or id of an app.'),
});

export const imagesAnswer = listOf(
  named(
    'Image',
    z.object({
      image: z.string().describe('As the newest release that runs it names it.'),
      imageId: z.string(),
      isBuilt: z.boolean(),
      sizeBytes: z.number().nullable().describe('Null when it is not on this machine any more.'),
      createdAt: time.nullable(),
      usedBy: z.array(
        z.object({
          app: z.string(),
          service: z.string(),
          releases: z.array(z.int()),
          isCurrent: z.boolean().describe('The current release is one of them.'),
        }),
      ),
    }),
  ),
);
