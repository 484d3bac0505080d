import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Frame } from './shell/frame.tsx';
import { FailurePage, NotFoundPage } from './shell/failure-page.tsx';
import { Loading } from './view/loading.tsx';

const root = createRootRoute({
  component: Frame,
  notFoundComponent: NotFoundPage,
  errorComponent: FailurePage,
});

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Which part of a page is open; none is the first one. */
const tabOf = (search: Record<string, unknown>): { tab?: string } => ({ tab: text(search['tab']) });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
});
const apps = createRoute({
  getParentRoute: () => root,
  path: '/apps',
  validateSearch: (search): { find?: string; state?: string } => ({
    find: text(search['find']),
    state: text(search['state']),
  }),
  component: lazyRouteComponent(() => import('./apps/apps-page.tsx'), 'AppsPage'),
});
const deploy = createRoute({
  getParentRoute: () => root,
  path: '/deploy',
  validateSearch: (search): { app?: string } => ({ app: text(search['app']) }),
  component: lazyRouteComponent(() => import('./deploy/deploy-page.tsx'), 'DeployPage'),
});
const app = createRoute({
  getParentRoute: () => root,
  path: '/apps/$app',
  validateSearch: (search): { tab?: string; minutes?: number } => ({
    tab: text(search['tab']),
    minutes: typeof search['minutes'] === 'number' ? search['minutes'] : undefined,
  }),
  component: lazyRouteComponent(() => import('./apps/app-page.tsx'), 'AppPage'),
});
const decisions = createRoute({
  getParentRoute: () => root,
  path: '/decisions',
  validateSearch: (search): { app?: string; all?: boolean } => ({
    app: text(search['app']),
    all: search['all'] === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => import('./decisions/decisions-page.tsx'), 'DecisionsPage'),
});
const decision = createRoute({
  getParentRoute: () => root,
  path: '/decisions/$id',
  component: lazyRouteComponent(() => import('./decisions/decision-page.tsx'), 'DecisionPage'),
});
const map = createRoute({
  getParentRoute: () => root,
  path: '/map',
  validateSearch: (search): { view?: 'map' | 'list' } => ({
    view: search['view'] === 'list' ? 'list' : undefined,
  }),
  component: lazyRouteComponent(() => import('./map/map-page.tsx'), 'MapPage'),
});
const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  component: lazyRouteComponent(() => import('./events/events-page.tsx'), 'EventsPage'),
});
const images = createRoute({
  getParentRoute: () => root,
  path: '/images',
  component: lazyRouteComponent(() => import('./images/images-page.tsx'), 'ImagesPage'),
});
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import('./alerts/alerts-page.tsx'), 'AlertsPage'),
});
const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  component: lazyRouteComponent(() => import('./inbox/inbox-page.tsx'), 'InboxPage'),
});
const cost = createRoute({
  getParentRoute: () => root,
  path: '/cost',
  component: lazyRouteComponent(() => import('./cost/cost-page.tsx'), 'CostPage'),
});
const policies = createRoute({
  getParentRoute: () => root,
  path: '/policies',
  component: lazyRouteComponent(() => import('./policies/policies-page.tsx'), 'PoliciesPage'),
});
const admission = createRoute({
  getParentRoute: () => root,
  path: '/admission',
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import('./admission/admission-page.tsx'), 'AdmissionPage'),
});
const scans = createRoute({
  getParentRoute: () => root,
  path: '/scans',
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import('./scans/scans-page.tsx'), 'ScansPage'),
});
const notifications = createRoute({
  getParentRoute: () => root,
  path: '/notifications',
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import('./notifications/notifications-page.tsx'), 'NotificationsPage'),
});
const groups = createRoute({
  getParentRoute: () => root,
  path: '/groups',
  component: lazyRouteComponent(() => import('./groups/groups-page.tsx'), 'GroupsPage'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
});
const people = createRoute({
  getParentRoute: () => root,
  path: '/people',
  component: lazyRouteComponent(() => import('./people/people-page.tsx'), 'PeoplePage'),
});
const labs = createRoute({
  getParentRoute: () => root,
  path: '/labs',
  component: lazyRouteComponent(() => import('./labs/labs-page.tsx'), 'LabsPage'),
});
const lab = createRoute({
  getParentRoute: () => root,
  path: '/labs/$lab',
  component: lazyRouteComponent(() => import('./labs/lab-page.tsx'), 'LabPage'),
});
const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('./people/account-page.tsx'), 'AccountPage'),
});
const platform = createRoute({
  getParentRoute: () => root,
  path: '/platform',
  component: lazyRouteComponent(() => import('./overview/platform-page.tsx'), 'PlatformPage'),
});

const tree = root.addChildren([
  overview,
  apps,
  deploy,
  app,
  map,
  decisions,
  decision,
  events,
  platform,
  inbox,
  cost,
  images,
  alerts,
  policies,
  admission,
  scans,
  notifications,
  groups,
  audit,
  people,
  labs,
  lab,
  account,
]);

/** All pages; each is loaded when it is first looked at. */
export function createPages() {
  return createRouter({
    routeTree: tree,
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>;
  }
}
