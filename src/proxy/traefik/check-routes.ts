import { CraneError } from '../../core/error/crane-error.ts';
import type { AppRoutes, Route } from '../../core/route/route.ts';
import { sharedFileName } from './route-names.ts';

const appPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const servicePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
const instancePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,255}$/;
const hostPattern = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
/** RFC 3986 `path-absolute`: it has no backtick, quote, brace or space. */
const pathPattern = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2}){0,1023}$/;
const backendPattern =
  /^http:\/\/(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\]):[0-9]{1,5}$/;

/**
 * Refuses (`input.invalid`) whatever could mean more than itself in a router rule, in YAML or in the Go template that
 * Traefik runs over its files. One bad file would keep Traefik from loading any other, so nothing doubtful is written.
 */
export function checkRoutes({ app, routes }: AppRoutes): void {
  checkApp(app);
  for (const route of routes) checkRoute(app, route);
}

/** The app's name is its file's name: it must not leave the folder, nor be the shared file's. */
export function checkApp(app: string): void {
  expect(appPattern.test(app) && `${app}.yml` !== sharedFileName, 'app', app);
}

function checkRoute(app: string, route: Route): void {
  expect(route.app === app, 'app of a route', route.app);
  expect(servicePattern.test(route.service), 'service', route.service);
  expect(route.hosts.length > 0, 'hosts', '');
  for (const host of route.hosts) expect(hostPattern.test(host), 'host', host);
  expect(pathPattern.test(route.path), 'path', route.path);
  for (const backend of [...route.backends, ...(route.canary?.backends ?? [])]) {
    expect(instancePattern.test(backend.instance), 'instance', backend.instance);
    expect(backendPattern.test(backend.url), 'backend', backend.url);
  }
  if (route.waker != null) expect(backendPattern.test(route.waker), 'waker', route.waker);
  if (route.canary !== null)
    expect(
      Number.isInteger(route.canary.weight) && route.canary.weight >= 0 && route.canary.weight <= 100,
      'weight',
      String(route.canary.weight),
    );
  if (route.rateLimit === null) return;
  for (const limit of [route.rateLimit.average, route.rateLimit.burst])
    expect(Number.isFinite(limit) && limit > 0 && limit <= 1e9, 'rate limit', String(limit));
}

function expect(isRight: boolean, what: string, seen: string): void {
  if (isRight) return;
  const text = JSON.stringify(seen.length > 60 ? `${seen.slice(0, 57)}…` : seen);
  throw new CraneError('input.invalid', {
    message: `The route cannot be published: ${what} has an unusable value (saw ${text}).`,
    fix: 'Use host names of a–z, 0–9, dots and hyphens, and a path that begins with /.',
  });
}
