import { ButtonLink, MenuLink, OutsideLink } from '../view/links.tsx';
import { Button, Group, Menu, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import type { App } from '../client/api.ts';
import { appQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
import { Loading } from '../view/loading.tsx';
import { Glyph } from '../view/glyph.tsx';
import { State } from '../view/state.tsx';
import { CanaryCard } from './canary-card.tsx';
import { ChangeDialog, useChange, type Change } from './change-dialog.tsx';
import { ComposeTab } from './compose-tab.tsx';
import { InstancesTab } from './instances-tab.tsx';
import { LogsTab } from './logs-tab.tsx';
import { OperationsCard } from './operations-card.tsx';
import { PauseCard } from './pause-card.tsx';
import { PortsCard } from './ports-card.tsx';
import { ProcessesCard } from './processes-card.tsx';
import { PullCard } from './pull-card.tsx';
import { ReleasesTab } from './releases-tab.tsx';
import { ScansTab } from './scans-tab.tsx';
import { ServicesCard } from './services-card.tsx';
import { t, type PlainSentence } from '../words/t.ts';
import { Said } from '../view/said.tsx';

const ScalingTab = lazy(async () => ({ default: (await import('../scaling/scaling-tab.tsx')).ScalingTab }));
const RulesTab = lazy(async () => ({ default: (await import('../rules/rules-tab.tsx')).RulesTab }));
const LoadTab = lazy(async () => ({ default: (await import('../load/load-tab.tsx')).LoadTab }));
const TerminalTab = lazy(async () => ({
  default: (await import('../terminal/terminal-tab.tsx')).TerminalTab,
}));
const PolicyRoom = lazy(async () => ({ default: (await import('../policies/policy-room.tsx')).PolicyRoom }));
const SettingsTab = lazy(async () => ({
  default: (await import('../settings/settings-tab.tsx')).SettingsTab,
}));
const LiveTab = lazy(async () => ({ default: (await import('./live-tab.tsx')).LiveTab }));

type Shown = { app: App; minutes: number; onAsk: (change: Change) => void };
const tabs: readonly { value: string; label: PlainSentence; show: (shown: Shown) => ReactNode }[] = [
  { value: 'live', label: 'Live', show: ({ app, minutes }) => <LiveTab app={app} minutes={minutes} /> },
  {
    value: 'instances',
    label: 'Instances',
    show: ({ app }) => (
      <>
        <InstancesTab app={app} />
        <PortsCard app={app} />
        <ProcessesCard app={app} />
      </>
    ),
  },
  { value: 'logs', label: 'Logs', show: ({ app }) => <LogsTab key={app.uniqueName} app={app} /> },
  { value: 'terminal', label: 'Terminal', show: ({ app }) => <TerminalTab app={app} /> },
  { value: 'scaling', label: 'Scaling', show: ({ app }) => <ScalingTab app={app} /> },
  { value: 'rules', label: 'Rules', show: ({ app }) => <RulesTab app={app} /> },
  { value: 'policy', label: 'Policy', show: ({ app }) => <PolicyRoom scope={app.uniqueName} /> },
  { value: 'load', label: 'Load', show: ({ app }) => <LoadTab app={app} /> },
  {
    value: 'releases',
    label: 'Releases',
    show: ({ app, onAsk }) => (
      <>
        <ReleasesTab app={app} onAsk={onAsk} />
        <PullCard app={app} />
        <OperationsCard app={app} />
      </>
    ),
  },
  { value: 'security', label: 'Security', show: ({ app }) => <ScansTab app={app} /> },
  { value: 'compose', label: 'Compose', show: ({ app }) => <ComposeTab app={app} /> },
  { value: 'settings', label: 'Settings', show: ({ app }) => <SettingsTab app={app} /> },
];

/** One app: what it is doing, what it runs, and everything a person can do with it. */
export function AppPage() {
  const { app: name } = useParams({ from: '/apps/$app' });
  const query = useQuery(appQuery(name));
  return <Asked query={query}>{(app) => <TheApp app={app} />}</Asked>;
}

function TheApp({ app }: { app: App }) {
  const { tab = 'live', minutes = 15 } = useSearch({ from: '/apps/$app' });
  const navigate = useNavigate({ from: '/apps/$app' });
  const change = useChange();
  return (
    <Stack gap="md">
      <Header app={app} onAsk={change.ask} />
      <ChangeDialog app={app} change={change} />
      <PauseCard app={app} />
      <CanaryCard app={app} />
      <ServicesCard app={app} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) =>
          void navigate({ search: (before) => ({ ...before, tab: value ?? 'live' }), replace: true })
        }
      >
        <Tabs.List mb="md">
          {tabs.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {t(label)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ value, show }) => (
          <Tabs.Panel key={value} value={value}>
            <Suspense fallback={<Loading />}>
              <Stack>{show({ app, minutes, onAsk: change.ask })}</Stack>
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

function Header({ app, onAsk }: { app: App; onAsk: (change: Change) => void }) {
  const isStopped = app.state === 'stopped';
  return (
    <Group justify="space-between" align="flex-start">
      <Stack gap={2}>
        <Group gap="sm">
          <Title order={1}>{app.uniqueName}</Title>
          <State state={app.state} />
        </Group>
        <Group gap="md">
          {app.url === null ? null : (
            <OutsideLink url={app.url}>
              {app.url} <Glyph name="outside" size={12} />
            </OutsideLink>
          )}
          <Text size="sm" className="quiet">
            {t('release {release} · owner {owner}', { release: app.release ?? 'none', owner: app.owner })}
          </Text>
          {app.reason === null ? null : (
            <Text size="sm">
              <Said>{app.reason}</Said>
            </Text>
          )}
        </Group>
      </Stack>
      <Group gap="xs">
        <ButtonLink to="/deploy" search={{ app: app.uniqueName }} size="compact-md">
          {t('Deploy')}
        </ButtonLink>
        <Button
          size="compact-md"
          variant="default"
          onClick={() => onAsk({ kind: 'restart' })}
          disabled={isStopped}
        >
          {t('Restart')}
        </Button>
        <Button
          size="compact-md"
          variant="default"
          onClick={() => onAsk(isStopped ? { kind: 'start' } : { kind: 'stop' })}
        >
          {isStopped ? t('Start') : t('Stop')}
        </Button>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="compact-md" variant="default" aria-label={t('More')}>
              …
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <MenuLink to="/decisions" search={{ app: app.uniqueName, all: true }}>
              {t('All decisions')}
            </MenuLink>
            <Menu.Item color="red" onClick={() => onAsk({ kind: 'remove' })}>
              {t('Delete…')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </Group>
  );
}
