const tabs = [
  'live',
  'instances',
  'logs',
  'terminal',
  'scaling',
  'rules',
  'policy',
  'load',
  'releases',
  'security',
  'compose',
  'settings',
];

/** The address of every page, with `app` as the app that is looked at. */
export function placesOf(app: string): string[] {
  return [
    '/',
    '/apps',
    ...tabs.map((tab) => `/apps/${app}?tab=${tab}`),
    '/deploy',
    '/map?view=list',
    '/decisions',
    '/events',
    '/platform',
    '/inbox',
    '/cost',
    '/alerts',
    '/images',
    '/policies',
    '/admission',
    '/admission?tab=exceptions',
    '/admission?tab=check',
    '/audit',
    '/people',
    '/account',
  ];
}
