import { z } from 'zod';
import { named, time } from './components.ts';

const amounts = { instanceHours: z.number(), cost: z.number(), costAtMax: z.number(), saved: z.number() };
const hours = z.object({ used: z.number(), reserved: z.number() });
const total = named('CostTotal', z.object(amounts));

export const pricesView = named(
  'Prices',
  z
    .object({
      currency: z.string(),
      cpuCoreHour: z.number(),
      memoryGibHour: z.number(),
      instanceHour: z.number(),
    })
    .describe('Indicative, for an hour of what is reserved.'),
);

const serviceCost = named(
  'ServiceCost',
  z.object({
    service: z.string(),
    ...amounts,
    unmeasuredHours: z.number().describe('Hours of instances whose use could not be measured.'),
    cpuCoreHours: hours.describe('Reserved: by the limits; without a limit, what was used.'),
    memoryGibHours: hours,
  }),
);

export const costReportSchema = named(
  'CostReport',
  z.object({
    since: time,
    until: time,
    prices: pricesView,
    apps: z.array(z.object({ app: z.string(), services: z.array(serviceCost).readonly(), total })).readonly(),
    total,
  }),
);
