import { z } from 'zod';
import { seriesNames } from '../../core/history/history.ts';
import { named, time } from './components.ts';

const seriesSchema = named(
  'Series',
  z.object({
    service: z.string(),
    name: z.enum(seriesNames),
    values: z
      .array(z.number().nullable())
      .describe('One for each of `times`; null where nothing was measured.'),
  }),
);

export const historySchema = named(
  'History',
  z.object({
    from: time,
    to: time,
    stepMs: z.int(),
    times: z.array(time),
    series: z.array(seriesSchema),
  }),
);
