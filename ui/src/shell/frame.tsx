import { RailLink, TextLink } from '../view/links.tsx';
import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { Palette } from '../palette/palette.tsx';
import { Glyph, type GlyphName } from '../view/glyph.tsx';
import { LiveMark } from './live-mark.tsx';
import { PartsHealth } from './parts-health.tsx';
import { PersonMenu } from './person-menu.tsx';
import { t, type PlainSentence } from '../words/t.ts';

type Place = { to: string; label: PlainSentence; glyph: GlyphName; isForAdmins?: true };

/** The pages by what a person comes for: what runs, why it did what it did, what may run, who is told, who looks after it. */
const groups = [
  {
    title: null,
    places: [
      { to: '/', label: 'Overview', glyph: 'overview' },
      { to: '/apps', label: 'Apps', glyph: 'apps' },
      { to: '/map', label: 'Map', glyph: 'map' },
      { to: '/images', label: 'Images', glyph: 'images' },
      { to: '/cost', label: 'Cost', glyph: 'cost' },
      { to: '/labs', label: 'Labs', glyph: 'labs' },
    ],
  },
  {
    title: 'Why',
    places: [
      { to: '/decisions', label: 'Decisions', glyph: 'decisions' },
      { to: '/alerts', label: 'Alerts', glyph: 'alerts' },
      { to: '/policies', label: 'Policies', glyph: 'policies', isForAdmins: true },
      { to: '/events', label: 'Events', glyph: 'events' },
    ],
  },
  {
    title: 'What may run',
    places: [
      { to: '/admission', label: 'Admission', glyph: 'admission' },
      { to: '/scans', label: 'Scans', glyph: 'scans' },
    ],
  },
  {
    title: 'Who is told',
    places: [
      { to: '/inbox', label: 'Inbox', glyph: 'inbox' },
      { to: '/notifications', label: 'Notifications', glyph: 'notifications' },
    ],
  },
  {
    title: 'Administration',
    places: [
      { to: '/groups', label: 'Groups', glyph: 'groups' },
      { to: '/people', label: 'People', glyph: 'people', isForAdmins: true },
      { to: '/audit', label: 'Audit', glyph: 'audit', isForAdmins: true },
      { to: '/platform', label: 'Platform', glyph: 'platform' },
    ],
  },
] as const satisfies readonly { title: PlainSentence | null; places: readonly Place[] }[];

/** What is around every page: rail, health of the parts, state of the live data. */
export function Frame() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(close, [path, close]);
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
      <AppShell.Navbar p="xs" className="rail" data-open={isOpen} aria-label={t('Pages')}>
        <Rail path={path} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Rail({ path }: { path: string }) {
  const isAdmin = useIsAdmin();
  return groups.map(({ title, places }) => {
    const allowed = places.filter((place) => isAdmin || !('isForAdmins' in place));
    return (
      <div key={title ?? ''} role="group" aria-label={title === null ? t('What runs') : t(title)}>
        {title === null ? null : (
          <Text className="rail-title" aria-hidden="true">
            {t(title)}
          </Text>
        )}
        {allowed.map(({ to, label, glyph }) => (
          <RailLink
            key={to}
            to={to}
            label={t(label)}
            leftSection={<Glyph name={glyph} />}
            active={to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`)}
          />
        ))}
      </div>
    );
  });
}
