import { RailLink, TextLink } from '../view/links.tsx';
import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { meQuery } from '../client/queries.ts';
import { Palette } from '../palette/palette.tsx';
import { Glyph, type GlyphName } from '../view/glyph.tsx';
import { LiveMark } from './live-mark.tsx';
import { PartsHealth } from './parts-health.tsx';
import { PersonMenu } from './person-menu.tsx';
import { t, type PlainSentence } from '../words/t.ts';

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
] as const satisfies readonly { label: PlainSentence; to: string; glyph: GlyphName; isForAdmins?: true }[];

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
        {t('Skip to the page')}
      </a>
      <AppShell.Header px="md" style={{ background: 'var(--rail)' }}>
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('Menu')} />
            <TextLink to="/" underline="never" c="inherit" aria-label={t('Crane: overview')}>
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
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" style={{ background: 'var(--rail)' }} aria-label={t('Pages')}>
        {places
          .filter((place) => isAdmin || !('isForAdmins' in place))
          .map(({ to, label, glyph }) => (
            <RailLink
              key={to}
              to={to}
              label={t(label)}
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
