import { RailLink, TextLink } from '../view/links.tsx';
import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { meQuery } from '../client/queries.ts';
import { api } from '../client/api.ts';
import { getToken, leave } from '../client/session.ts';
import { Palette } from '../palette/palette.tsx';
import { Glyph } from '../view/glyph.tsx';
import { LiveMark } from './live-mark.tsx';
import { PartsHealth } from './parts-health.tsx';

const places = [
  { to: '/', label: 'Overview', glyph: 'overview' },
  { to: '/apps', label: 'Apps', glyph: 'apps' },
  { to: '/map', label: 'Map', glyph: 'map' },
  { to: '/decisions', label: 'Decisions', glyph: 'decisions' },
  { to: '/policies', label: 'Policies', glyph: 'policies', isForAdmins: true },
  { to: '/inbox', label: 'Inbox', glyph: 'inbox' },
  { to: '/alerts', label: 'Alerts', glyph: 'alerts' },
  { to: '/images', label: 'Images', glyph: 'images' },
  { to: '/cost', label: 'Cost', glyph: 'cost' },
  { to: '/events', label: 'Events', glyph: 'events' },
  { to: '/platform', label: 'Platform', glyph: 'platform' },
  { to: '/audit', label: 'Audit', glyph: 'audit', isForAdmins: true },
  { to: '/people', label: 'People', glyph: 'people', isForAdmins: true },
] as const;

/** What is around every page: rail, health of the parts, state of the live data. */
export function Frame() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(close, [path, close]);
  const isAdmin = useQuery(meQuery).data?.role === 'admin';
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 176, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <AppShell.Header px="md" style={{ background: 'var(--rail)' }}>
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <TextLink to="/" underline="never" c="inherit" aria-label="Crane: overview">
              <Group gap={8} wrap="nowrap">
                <img src="/crane.svg" alt="" width={26} height={26} />
                <Text fw={600} size="lg">
                  Crane
                </Text>
              </Group>
            </TextLink>
          </Group>
          <Group gap="md" wrap="nowrap">
            <Palette />
            <LiveMark />
            <PartsHealth />
            <SchemeSwitch />
            <Person />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" style={{ background: 'var(--rail)' }} aria-label="Pages">
        {places
          .filter((place) => isAdmin || !('isForAdmins' in place))
          .map(({ to, label, glyph }) => (
            <RailLink
              key={to}
              to={to}
              label={label}
              leftSection={<Glyph name={glyph} />}
              active={to === '/' ? path === '/' : path.startsWith(to)}
            />
          ))}
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Tooltip label={`To the ${other} theme`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`To the ${other} theme`}
        onClick={() => setColorScheme(other)}
      >
        <Glyph name={other === 'dark' ? 'moon' : 'sun'} />
      </ActionIcon>
    </Tooltip>
  );
}

function Person() {
  const me = useQuery(meQuery);
  return (
    <Group gap={4} wrap="nowrap">
      <TextLink to="/account" size="sm" c="inherit" visibleFrom="sm">
        {me.data?.name ?? ''}
      </TextLink>
      <Tooltip label="Log out">
        <ActionIcon variant="subtle" color="gray" aria-label="Log out" onClick={() => void logOut()}>
          <Glyph name="leave" />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

/** A token of this tab is forgotten, not revoked: it may be used elsewhere. The cookie's login ends. */
async function logOut(): Promise<void> {
  if (getToken() === null) await api.POST('/api/v1/auth/logout').catch(() => undefined);
  leave();
}
