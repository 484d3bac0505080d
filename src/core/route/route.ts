/** An instance behind a route; `http://address:port`. */
export type Backend = { instance: string; url: string };

/** Public hosts and path to a service's port, with the instances that answer now. */
export type Route = {
  app: string;
  service: string;
  hosts: readonly string[];
  path: string;
  port: number;
  /** The instances see the path without the route's own. */
  isStripped: boolean;
  isSticky: boolean;
  /** Whether it is served with TLS too, or only so: then plain requests are sent on. */
  tls: RouteTls;
  rateLimit: { average: number; burst: number } | null;
  backends: readonly Backend[];
  /** Instances of a canary, which get `weight` of 100 requests. Null: there is none, or none that answers. */
  canary: { weight: number; backends: readonly Backend[] } | null;
  /** Where requests go while no instance answers: whoever is there wakes the service. Absent or null = nobody does. */
  waker?: string | null;
};

export type RouteTls = 'off' | 'also' | 'only';

/** All routes of one app; published as one unit so that a change is never seen half. */
export type AppRoutes = { app: string; routes: readonly Route[] };

/** Hosts of a service: `<service>.<app>.localhost`, and `<app>.localhost` for the first routed one. */
export function routeHosts(app: string, service: string, isFirst: boolean): string[] {
  const own = `${service}.${app}.localhost`.toLowerCase();
  return isFirst ? [`${app}.localhost`, own] : [own];
}
