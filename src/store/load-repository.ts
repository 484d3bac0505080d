import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { LoadReport, LoadSpec } from '../core/load/load.ts';
import type { Store } from '../core/port/store.ts';
import { jsonColumn, nullableJsonColumn, ownDocument } from './column.ts';
import type { Database } from './database.ts';

const loadRow = z.object({
  id: z.string(),
  spec: jsonColumn(ownDocument<LoadSpec>()),
  report: nullableJsonColumn(ownDocument<LoadReport>()),
});

export function createLoadRepository(db: Database): Store['loads'] {
  return {
    create: (load) => {
      db.run('INSERT INTO loads (id, app_id, spec, created_at) VALUES (:id, :appId, :spec, :at)', {
        ...load,
        spec: JSON.stringify(load.spec),
      });
    },
    finish: (id, report) => {
      const changed = db.run('UPDATE loads SET report = :report WHERE id = :id', {
        id,
        report: JSON.stringify(report),
      });
      if (changed === 0) throw new CraneError('load.not_found', `load ${id} does not exist`);
    },
    find: (appId, id) =>
      db.get(loadRow, 'SELECT id, spec, report FROM loads WHERE app_id = :appId AND id = :id', { appId, id }),
  };
}
