import { isBuiltImageName } from '../build/built-image-name.ts';
import type { ComposeProject } from '../compose/compose-project.ts';
import type { BundleNeed, BundleVariable, PortableRoute } from './bundle.ts';

export type BundleGuide = {
  name: string;
  project: ComposeProject;
  routes: readonly PortableRoute[];
  /** With a default: may be changed. */
  variables: readonly BundleVariable[];
  /** Without: must be filled in. */
  secrets: readonly BundleVariable[];
  needs: readonly BundleNeed[];
};

/** A template of `.env`: what must be filled in, then what may be changed. */
export function renderEnvExample({ secrets, variables }: BundleGuide): string {
  const kept = variables.filter(({ default: value }) => value !== null);
  const lines = [
    '# Copy this file to .env beside compose.yaml. Values with spaces, # or $ go between single quotes.',
    ...(secrets.length === 0 ? [] : ['', '# To be filled in:']),
    ...secrets.flatMap(({ name, about }) => [`# ${about}`, `${name}=`]),
    ...(kept.length === 0 ? [] : ['', '# May be changed:']),
    ...kept.flatMap(({ name, about, default: value }) => [`# ${about}`, `#${name}=${value ?? ''}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** How to serve the app from these files, what is to be brought along, and how it comes back to Crane. */
export function renderReadme(guide: BundleGuide): string {
  return `${[title, preparation, start, contents, volumes, back]
    .map((part) => part(guide))
    .join('\n')
    .trim()}\n`;
}

function title({ name }: BundleGuide): string {
  return `# ${name}\n\nThis folder serves ${name} with Docker Compose 2.23.1 or newer; nothing else is needed.\n`;
}

function preparation({ secrets, needs }: BundleGuide): string {
  if (secrets.length === 0 && needs.length === 0) return '';
  return [
    '## Before the first start\n',
    ...(secrets.length === 0
      ? []
      : [
          'What is secret by its name is not in these files; look through `compose.yaml` before you pass it on.',
          'Copy `.env.example` to `.env` and fill in:\n',
          ...secrets.map(({ name, about }) => `- \`${name}\`: ${about}`),
          '',
        ]),
    ...(needs.length === 0
      ? []
      : [
          'Put these beside `compose.yaml`; their content is not carried along:\n',
          ...needs.map(({ path, about }) => `- \`${path}\`: ${about}`),
          '',
        ]),
  ].join('\n');
}

function start({ routes }: BundleGuide): string {
  const hosts = routes.map(
    ({ service, hosts: [host = ''], path }) => `- ${service}: http://${host}:8080${path}`,
  );
  const anywhere = routes.find(({ isForAnyHost }) => isForAnyHost);
  return [
    '## Start\n',
    '```sh\ndocker compose up -d\n```\n',
    ...(anywhere === undefined
      ? [
          'No service has a route: nothing is reached from outside but the ports that `compose.yaml` publishes.\n',
        ]
      : [
          `The app then answers at http://127.0.0.1:8080${anywhere.path} (\`ROUTER_PORT\` in \`.env\` is another port), and by names:\n`,
          ...hosts,
          '',
        ]),
  ].join('\n');
}

function contents({ project }: BundleGuide): string {
  const rows = Object.entries(project.services)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, spec]) => `| ${name} | \`${spec.image ?? ''}\` | ${spec.deploy?.replicas ?? 1} |`);
  const images = Object.values(project.services).flatMap(({ image }) => image ?? []);
  const built = [...new Set(images.filter(isBuiltImageName))].sort();
  return [
    '## Services\n',
    '| service | image | instances |',
    '| --- | --- | --- |',
    ...rows,
    '',
    'The images are named, not included: they must be on this machine or in a registry that it can reach.',
    ...(built.length === 0
      ? []
      : [
          'Built by Crane, and in no registry: take them along with',
          `\`docker save ${built.join(' ')} > images.tar\` there and \`docker load < images.tar\` here.`,
        ]),
    'Without Crane nothing scales by itself: `docker compose up -d --scale SERVICE=NUMBER` sets a number by hand.\n',
  ].join('\n');
}

function volumes({ project }: BundleGuide): string {
  const names = Object.keys(project.volumes ?? {}).sort();
  if (names.length === 0) return '';
  return `## Data\n\nThe volumes begin empty: ${names.map((name) => `\`${name}\``).join(', ')}. What is in them is not part of this folder.\n`;
}

function back(): string {
  return [
    '## Back to Crane\n',
    '```sh\ncrane import .\n```\n',
    'makes an equal app. `x-crane` in `compose.yaml` holds its routes and scaling bounds, and Compose passes over it.\n',
  ].join('\n');
}
