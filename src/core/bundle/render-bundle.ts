import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { composeText, writeProject } from '../compose/render-compose.ts';
import { scaleSettings } from '../compose/scale-settings.ts';
import { routeHosts } from '../route/route.ts';
import type { Bundle, BundleVariable, PortableRoute, PortableRouter } from './bundle.ts';
import { hasSettings, noSettings, type CarriedSettings } from './carried-settings.ts';
import { portableProfiles } from './portable-profiles.ts';
import { bundleMark, type BundleParts } from './bundle-mark.ts';
import { findSecrets } from './find-secrets.ts';
import { escapeAndHide } from './hide-secrets.ts';
import { makePortable, variableMark } from './make-portable.ts';
import { renderEnvExample, renderReadme } from './render-readme.ts';
import { freeName } from './secret-name.ts';

const routerPort: BundleVariable = {
  name: 'ROUTER_PORT',
  default: '8080',
  about: 'the port of this machine at which the app answers',
};
const routerImage = (image: string): BundleVariable => ({
  name: 'ROUTER_IMAGE',
  default: image,
  about: 'the image of the router',
});

/**
 * The app as files that serve it with Docker Compose alone: its services with the number wanted of each, and a router before
 * them on a loopback port. No path of this machine and no secret in the clear. Pure: the same app gives the same bytes.
 */
export function renderBundle({
  project,
  name,
  replicas,
  images = {},
  settings = noSettings,
  router,
}: {
  project: ComposeProject;
  /** The app's own name, without its number. */
  name: string;
  /** Wanted now; services that scale themselves are written at their smallest size. */
  replicas: Readonly<Record<string, number>>;
  /** What each service runs: named where the service is only built. */
  images?: Readonly<Record<string, string>>;
  /** What people set beside the compose file. */
  settings?: CarriedSettings;
  router: PortableRouter;
}): Bundle {
  const taken = new Set([routerPort.name, 'ROUTER_IMAGE']);
  const { project: plain, files: profiles } = portableProfiles(project);
  const secrets = findSecrets(plain, taken);
  const wanted = Object.fromEntries(
    Object.entries(project.services).map(([key, spec]) => [key, settledReplicas(spec, replicas[key])]),
  );
  const portable = makePortable(plain, { name, replicas: wanted, images, secrets, taken });
  const routes = portableRoutes(portable.project, name);
  const routed = routes.length === 0 ? null : addRouter(portable.project, routes, router);
  const mark = bundleMark({
    ...(routed === null ? {} : { router: routed.parts }),
    smallest: Object.keys(project.services).filter((key) => isSmallest(project.services[key], wanted[key])),
    ...(hasSettings(settings) ? { settings } : {}),
  });
  const variables = [...(routed?.variables ?? []), ...portable.variables];
  const document = escapeAndHide(writeProject({ ...(routed?.project ?? portable.project), ...mark }), {
    secrets,
    variables,
  });
  const guide = {
    name,
    routes,
    variables,
    secrets: [
      ...secrets.map(({ variable, about }) => ({ name: variable, default: null, about })),
      ...portable.variables.filter((variable) => variable.default === null),
    ],
    needs: portable.needs,
    project: portable.project,
  };
  return {
    name,
    files: [
      { path: '.env.example', text: renderEnvExample(guide) },
      { path: 'README.md', text: renderReadme(guide) },
      { path: 'compose.yaml', text: composeText(Object(document)) },
      ...profiles,
    ],
  };
}

/** A size that load decides is not part of the app. */
function settledReplicas(spec: ComposeService, wanted: number | undefined): number {
  const { min, max, targets } = scaleSettings(spec);
  const isScaling = Object.keys(targets).length > 0 && max > min;
  return isScaling || wanted === undefined ? (spec.deploy?.replicas ?? min) : wanted;
}

/** Whether the number follows from the scaling bounds alone. */
function isSmallest(spec: ComposeService | undefined, replicas: number | undefined): boolean {
  const scale = spec?.['x-crane']?.scale;
  if (spec === undefined || scale === undefined || spec.deploy?.replicas !== undefined) return false;
  return replicas !== 1 && replicas === scaleSettings(spec).min;
}

/** The first route of each path also answers for hosts that no route names. */
function portableRoutes(project: ComposeProject, name: string): PortableRoute[] {
  const all = Object.entries(project.services).flatMap(([service, spec]) =>
    (spec['x-crane']?.route ?? []).map((route) => ({ service, route, path: route.path ?? '/' })),
  );
  return all.map(({ service, route, path }, index) => ({
    service,
    hosts: route.host === undefined ? routeHosts(name, service, index === 0) : [route.host],
    isForAnyHost: all.findIndex((other) => other.path === path) === index,
    path,
    port: route.port,
    rateLimit:
      route.rateLimit === undefined
        ? null
        : { average: route.rateLimit.average, burst: route.rateLimit.burst ?? route.rateLimit.average },
  }));
}

/** The router as one more service: it joins the first network of each service it leads to, and one of its own to be reached. */
function addRouter(
  project: ComposeProject,
  routes: readonly PortableRoute[],
  render: PortableRouter,
): { project: ComposeProject; variables: BundleVariable[]; parts: NonNullable<BundleParts['router']> } {
  const { image, command, port, config } = render(routes);
  const key = freeName('router', new Set(Object.keys(project.services)), '-');
  const network = freeName('router', new Set(Object.keys(project.networks ?? {})), '-');
  const file = freeName('routes', new Set(Object.keys(project.configs ?? {})), '-');
  const joined = routes.flatMap(
    ({ service }) => Object.keys(project.services[service]?.networks ?? {})[0] ?? [],
  );
  const variables = [routerPort, routerImage(image)];
  const service: ComposeService = {
    image: variableMark('ROUTER_IMAGE'),
    command: [...command],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    user: '65534:65534',
    restart: 'unless-stopped',
    configs: [{ source: file, target: config.target }],
    networks: Object.fromEntries([...new Set([network, ...joined])].map((each) => [each, null])),
    ports: [
      {
        mode: 'ingress',
        host_ip: '127.0.0.1',
        target: port,
        published: variableMark('ROUTER_PORT'),
        protocol: 'tcp',
      },
    ],
  };
  return {
    variables,
    project: {
      ...project,
      services: { ...project.services, [key]: service },
      networks: { ...project.networks, [network]: {} },
      configs: { ...project.configs, [file]: { content: config.text } },
    },
    parts: { service: key, network, config: file },
  };
}
