/** Scrape jobs. Signals are read only from the first two: an app's own metrics cannot pass for the router's. */
export const jobs = { router: 'crane-router', crane: 'crane', apps: 'apps' } as const;
