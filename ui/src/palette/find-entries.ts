import type { App } from '../client/api.ts';

export type Entry = {
  id: string;
  label: string;
  /** What it does or where it leads, in one word. */
  hint: string;
  to: string;
};

const pages: Entry[] = [
  { id: 'page:/', label: 'Overview', hint: 'page', to: '/' },
  { id: 'page:/apps', label: 'Apps', hint: 'page', to: '/apps' },
  { id: 'page:/deploy', label: 'Deploy an app', hint: 'page', to: '/deploy' },
  { id: 'page:/map', label: 'Map', hint: 'page', to: '/map' },
  { id: 'page:/decisions', label: 'Decisions', hint: 'page', to: '/decisions' },
  { id: 'page:/events', label: 'Events', hint: 'page', to: '/events' },
  { id: 'page:/platform', label: 'Platform', hint: 'page', to: '/platform' },
  { id: 'page:/inbox', label: 'Inbox', hint: 'page', to: '/inbox' },
  { id: 'page:/cost', label: 'Cost', hint: 'page', to: '/cost' },
  { id: 'page:/alerts', label: 'Alerts', hint: 'page', to: '/alerts' },
  { id: 'page:/images', label: 'Images', hint: 'page', to: '/images' },
  { id: 'page:/policies', label: 'Policies', hint: 'page', to: '/policies' },
  { id: 'page:/admission', label: 'Admission', hint: 'page', to: '/admission' },
  { id: 'page:/account', label: 'My account', hint: 'page', to: '/account' },
];

/** What can be done with an app, and the words by which it is found. */
const verbs = [
  { verb: 'open', words: 'open live charts', label: 'live', path: '' },
  { verb: 'logs', words: 'logs log tail', label: 'logs', path: '?tab=logs' },
  { verb: 'terminal', words: 'terminal shell exec', label: 'terminal', path: '?tab=terminal' },
  {
    verb: 'scale',
    words: 'scale replicas scaling simulate schedule',
    label: 'scaling',
    path: '?tab=scaling',
  },
  { verb: 'rules', words: 'rules alerts', label: 'rules', path: '?tab=rules' },
  { verb: 'load', words: 'load test', label: 'load', path: '?tab=load' },
  { verb: 'rollback', words: 'rollback releases history back', label: 'releases', path: '?tab=releases' },
  { verb: 'scan', words: 'scan security findings', label: 'security', path: '?tab=security' },
] as const;

/** Pages, apps and verbs that hold every word of `text`; `why shop` leads to its decisions. At most `most`, the nearest first. */
export function findEntries(text: string, apps: readonly App[], most = 12): Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = [
    ...apps.map(({ uniqueName }) => ({
      entry: { id: `app:${uniqueName}`, label: uniqueName, hint: 'app', to: `/apps/${uniqueName}` },
      found: uniqueName,
    })),
    ...pages.map((entry) => ({ entry, found: `${entry.label} page go` })),
    ...apps.flatMap(({ uniqueName }) => [
      ...verbs.map(({ verb, words: known, label, path }) => ({
        entry: {
          id: `${verb}:${uniqueName}`,
          label: `${uniqueName}: ${label}`,
          hint: verb,
          to: `/apps/${uniqueName}${path}`,
        },
        found: `${uniqueName} ${known}`,
      })),
      {
        entry: {
          id: `why:${uniqueName}`,
          label: `${uniqueName}: why did it scale?`,
          hint: 'why',
          to: `/decisions?app=${encodeURIComponent(JSON.stringify(uniqueName))}`,
        },
        found: `${uniqueName} why did decisions explain scale`,
      },
      {
        entry: {
          id: `deploy:${uniqueName}`,
          label: `${uniqueName}: deploy a new release`,
          hint: 'deploy',
          to: `/deploy?app=${encodeURIComponent(JSON.stringify(uniqueName))}`,
        },
        found: `${uniqueName} deploy release`,
      },
    ]),
  ];
  return all
    .filter(({ found }) => words.every((word) => found.toLowerCase().includes(word)))
    .slice(0, most)
    .map(({ entry }) => entry);
}
