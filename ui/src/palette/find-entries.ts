import type { App } from '../client/api.ts';
import { t, type PlainSentence } from '../words/t.ts';

export type Entry = {
  id: string;
  label: string;
  /** What it does or where it leads, in one word. */
  hint: string;
  to: string;
};

const pages: { id: string; label: PlainSentence; to: string }[] = [
  { id: 'page:/', label: 'Overview', to: '/' },
  { id: 'page:/apps', label: 'Apps', to: '/apps' },
  { id: 'page:/deploy', label: 'Deploy an app', to: '/deploy' },
  { id: 'page:/map', label: 'Map', to: '/map' },
  { id: 'page:/decisions', label: 'Decisions', to: '/decisions' },
  { id: 'page:/events', label: 'Events', to: '/events' },
  { id: 'page:/platform', label: 'Platform', to: '/platform' },
  { id: 'page:/inbox', label: 'Inbox', to: '/inbox' },
  { id: 'page:/cost', label: 'Cost', to: '/cost' },
  { id: 'page:/alerts', label: 'Alerts', to: '/alerts' },
  { id: 'page:/images', label: 'Images', to: '/images' },
  { id: 'page:/policies', label: 'Policies', to: '/policies' },
  { id: 'page:/admission', label: 'Admission', to: '/admission' },
  { id: 'page:/scans', label: 'Scans', to: '/scans' },
  { id: 'page:/notifications', label: 'Notifications', to: '/notifications' },
  { id: 'page:/groups', label: 'Groups', to: '/groups' },
  { id: 'page:/account', label: 'My account', to: '/account' },
];

/** What can be done with an app, and the words by which it is found. */
const verbs = [
  { verb: 'open', words: 'open live charts', label: 'live charts', path: '' },
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
] as const satisfies readonly { verb: string; words: string; label: PlainSentence; path: string }[];

/** Pages, apps and verbs that hold every word of `text`; `why shop` leads to its decisions. At most `most`, the nearest first. */
export function findEntries(text: string, apps: readonly App[], most = 12): Entry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = [
    ...apps.map(({ uniqueName }) => ({
      entry: { id: `app:${uniqueName}`, label: uniqueName, hint: t('app'), to: `/apps/${uniqueName}` },
      found: uniqueName,
    })),
    ...pages.map(({ id, label, to }) => ({
      entry: { id, label: t(label), hint: t('page'), to },
      found: `${t(label)} ${label} page go`,
    })),
    ...apps.flatMap(({ uniqueName }) => [
      ...verbs.map(({ verb, words: known, label, path }) => ({
        entry: {
          id: `${verb}:${uniqueName}`,
          label: `${uniqueName}: ${t(label)}`,
          hint: verb,
          to: `/apps/${uniqueName}${path}`,
        },
        found: `${uniqueName} ${known} ${t(label)}`,
      })),
      {
        entry: {
          id: `why:${uniqueName}`,
          label: t('{app}: why did it scale?', { app: uniqueName }),
          hint: 'why',
          to: `/decisions?app=${encodeURIComponent(JSON.stringify(uniqueName))}`,
        },
        found: `${uniqueName} why did decisions explain scale ${t('{app}: why did it scale?', { app: '' })}`,
      },
      {
        entry: {
          id: `deploy:${uniqueName}`,
          label: t('{app}: deploy a new release', { app: uniqueName }),
          hint: 'deploy',
          to: `/deploy?app=${encodeURIComponent(JSON.stringify(uniqueName))}`,
        },
        found: `${uniqueName} deploy release ${t('{app}: deploy a new release', { app: '' })}`,
      },
    ]),
  ];
  return all
    .filter(({ found }) => words.every((word) => found.toLowerCase().includes(word)))
    .slice(0, most)
    .map(({ entry }) => entry);
}
