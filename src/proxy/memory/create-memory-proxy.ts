import type { Proxy } from '../../core/port/proxy.ts';
import type { AppRoutes } from '../../core/route/route.ts';

/** Keeps routes in this process; for unit tests and for development without the parts. */
export function createMemoryProxy(): Proxy {
  const published = new Map<string, AppRoutes>();
  return {
    async publish(routes) {
      if (JSON.stringify(published.get(routes.app)) === JSON.stringify(routes)) return false;
      published.set(routes.app, structuredClone(routes));
      return true;
    },
    async withdraw(app) {
      published.delete(app);
    },
    async observePublished() {
      return [...published.values()].map((routes) => structuredClone(routes));
    },
    async confirm(signal) {
      signal?.throwIfAborted();
    },
  };
}
