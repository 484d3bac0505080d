/** Public hosts and path to a service's port, with the instances that answer now. Backends are `http://address:port`. */
export type Route = {
  app: string;
  service: string;
  hosts: readonly string[];
  path: string;
  port: number;
  isSticky: boolean;
  rateLimit: { average: number; burst: number } | null;
  backends: readonly { instance: string; url: string }[];
};

/** All routes of one app; published as one unit so that a change is never seen half. */
export type AppRoutes = { app: string; routes: readonly Route[] };

/** Hosts of a service: `<service>.<app>.localhost`, and `<app>.localhost` for the first routed one. */
export function routeHosts(app: string, service: string, isFirst: boolean): string[] {
  const own = `${service}.${app}.localhost`.toLowerCase();
  return isFirst ? [`${app}.localhost`, own] : [own];
}
