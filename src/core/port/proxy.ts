import type { AppRoutes } from '../route/route.ts';

/** Publishes routes to the router. One app's routes are replaced as a unit. */
export type Proxy = {
  /** Returns when written durably; a change equal to what is published writes nothing and returns false. */
  publish(routes: AppRoutes): Promise<boolean>;
  /** Takes all routes of the app away; absent is fine. */
  withdraw(app: string): Promise<void>;
  /** What is published now, read back from where the router reads it. */
  observePublished(): Promise<AppRoutes[]>;
  /** Resolves when the router has taken everything published before the call, or rejects with `part.unavailable`. */
  confirm(signal?: AbortSignal): Promise<void>;
};
