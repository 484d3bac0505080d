import type { AppIntent } from '../app/app.ts';
import type { Route } from '../route/route.ts';
import type { InstanceFacts } from './instance-facts.ts';
import type { ServiceDesire } from './service-desire.ts';

/** What is wanted of a canary: services that differ from those of the app's own release, and the ports of its routes. */
export type CanaryDesire = {
  weight: number;
  services: readonly ServiceDesire[];
  routes: readonly RouteDesire[];
};

/** A route as wanted, before it is known who answers. `network` is where the router reaches the instances. */
export type RouteDesire = Omit<Route, 'backends' | 'canary' | 'app'> & { network: string };

/** What is wanted of a whole app. Services come in dependency order: what others wait for comes first. */
export type AppDesire = {
  app: string;
  intent: AppIntent;
  services: readonly ServiceDesire[];
  /** Null = there is none. */
  canary: CanaryDesire | null;
  routes: readonly RouteDesire[];
  networks: readonly string[];
  volumes: readonly string[];
  /** Service → services that need it; a service stops only after those. */
  dependents: Readonly<Record<string, readonly string[]>>;
};

export type AppFacts = {
  instances: readonly InstanceFacts[];
  /** Slots whose creation is under way but not yet observed, by service. */
  pendingSlots: Readonly<Record<string, ReadonlySet<number>>>;
  /** Networks of this app that exist, and those the router is attached to. */
  networks: ReadonlySet<string>;
  routerNetworks: ReadonlySet<string>;
  volumes: ReadonlySet<string>;
};
