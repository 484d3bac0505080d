import type { Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';

export type CostReportView = Schemas['CostReport'];
export type PricesView = Schemas['Prices'];

/** What apps cost, and by which prices. */
export type CostCalls = {
  /** Of one app, or of all; `since`: milliseconds since the epoch. */
  report(app: string | undefined, since: number): Promise<CostReportView>;
  prices(): Promise<PricesView>;
  setPrices(change: Partial<PricesView>): Promise<PricesView>;
};

export function createCostCalls(ask: Ask, client: ApiClient): CostCalls {
  return {
    report: async (app, since) =>
      ask((signal) =>
        app === undefined
          ? client.GET('/api/v1/cost', { params: { query: { since } }, signal })
          : client.GET('/api/v1/apps/{app}/cost', { params: { path: { app }, query: { since } }, signal }),
      ),
    prices: async () => ask((signal) => client.GET('/api/v1/prices', { signal })),
    setPrices: async (body) => ask((signal) => client.PATCH('/api/v1/prices', { body, signal })),
  };
}
