import { z } from 'zod';
import type { Release } from '../core/app/app.ts';
import type { Store } from '../core/port/store.ts';
import { jsonColumn, ownDocument } from './column.ts';
import type { Database } from './database.ts';
import type { SealedTexts } from './sealed-texts.ts';

const images = z.record(
  z.string(),
  z.object({ ref: z.string(), imageId: z.string(), repoDigest: z.string().nullable() }),
);

const releaseRow = z.object({
  appId: z.int(),
  number: z.int(),
  project: jsonColumn(ownDocument<Release['project']>()),
  images: jsonColumn(images),
  restarts: jsonColumn(z.array(z.string())),
  secretVersions: jsonColumn(z.record(z.string(), z.int())),
  root: z.string().nullable(),
  createdAt: z.int(),
  createdBy: z.int(),
}) satisfies z.ZodType<Release>;

const secretsRow = z.object({ secrets: z.string() });
const secretValues = jsonColumn(z.record(z.string(), z.string()));

/** As reseal.ts has it. */
const placeOf = (appId: number): string => `release ${appId}`;

const columns =
  'app_id AS appId, number, project, images, restarts, secret_versions AS secretVersions, root, created_at AS createdAt, created_by AS createdBy';

export function createReleaseRepository(
  db: Database,
  vault: Pick<SealedTexts, 'seal' | 'open'>,
): Store['releases'] {
  return {
    create: (release, secrets = {}) => {
      const created = db.get(
        releaseRow,
        `INSERT INTO releases (app_id, number, project, images, restarts, secrets, secret_versions, root, created_at, created_by)
         VALUES (:appId, (SELECT coalesce(max(number), 0) + 1 FROM releases WHERE app_id = :appId),
           :project, :images, :restarts, :secrets, :secretVersions, :root, :createdAt, :createdBy)
         RETURNING ${columns}`,
        {
          ...release,
          project: JSON.stringify(release.project),
          images: JSON.stringify(release.images),
          root: release.root ?? null,
          restarts: JSON.stringify(release.restarts),
          secrets: vault.seal(JSON.stringify(secrets), placeOf(release.appId)),
          secretVersions: JSON.stringify(release.secretVersions ?? {}),
        },
      );
      if (created === null) throw new Error('the new release was not returned');
      return created;
    },
    find: (appId, number) =>
      db.get(releaseRow, `SELECT ${columns} FROM releases WHERE app_id = :appId AND number = :number`, {
        appId,
        number,
      }),
    list: (appId) =>
      db.all(releaseRow, `SELECT ${columns} FROM releases WHERE app_id = :appId ORDER BY number`, { appId }),
    numbers: (appId) =>
      db
        .all(
          z.object({ number: z.int() }),
          'SELECT number FROM releases WHERE app_id = :appId ORDER BY number',
          {
            appId,
          },
        )
        .map(({ number }) => number),
    imagesInUse: () => {
      const used = new Map<string, Set<string>>();
      const rows = db.all(z.object({ images: jsonColumn(images) }), 'SELECT DISTINCT images FROM releases');
      for (const { imageId, ref } of rows.flatMap((row) => Object.values(row.images)))
        used.set(imageId, (used.get(imageId) ?? new Set()).add(ref));
      return used;
    },
    remove: (appId, number) => {
      db.run('DELETE FROM releases WHERE app_id = :appId AND number = :number', { appId, number });
    },
    secrets: (appId, number) => {
      const found = db.get(
        secretsRow,
        'SELECT secrets FROM releases WHERE app_id = :appId AND number = :number',
        { appId, number },
      );
      return found === null ? {} : secretValues.parse(vault.open(found.secrets, placeOf(appId)));
    },
  };
}
