import { ButtonLink, MenuLink, OutsideLink } from '../view/links.tsx';
import { Button, Group, Menu, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { App } from '../client/api.ts';
import { appQuery } from '../client/queries.ts';
import { Asked } from '../view/asked.tsx';
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
import { t } from '../words/t.ts';
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
          <Tabs.Tab value="live">{t('Live')}</Tabs.Tab>
          <Tabs.Tab value="instances">{t('Instances')}</Tabs.Tab>
          <Tabs.Tab value="logs">{t('Logs')}</Tabs.Tab>
          <Tabs.Tab value="terminal">{t('Terminal')}</Tabs.Tab>
          <Tabs.Tab value="scaling">{t('Scaling')}</Tabs.Tab>
          <Tabs.Tab value="rules">{t('Rules')}</Tabs.Tab>
          <Tabs.Tab value="policy">{t('Policy')}</Tabs.Tab>
          <Tabs.Tab value="load">{t('Load')}</Tabs.Tab>
          <Tabs.Tab value="releases">{t('Releases')}</Tabs.Tab>
          <Tabs.Tab value="security">{t('Security')}</Tabs.Tab>
          <Tabs.Tab value="compose">{t('Compose')}</Tabs.Tab>
          <Tabs.Tab value="settings">{t('Settings')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="live">
          <Suspense>
            <LiveTab app={app} minutes={minutes} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="instances">
          <Stack>
            <InstancesTab app={app} />
            <PortsCard app={app} />
            <ProcessesCard app={app} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="logs">
          <LogsTab key={app.uniqueName} app={app} />
        </Tabs.Panel>
        <Tabs.Panel value="terminal">
          <Suspense>
            <TerminalTab app={app} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="scaling">
          <Suspense>
            <ScalingTab app={app} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <Suspense>
            <RulesTab app={app} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="policy">
          <Suspense>
            <PolicyRoom scope={app.uniqueName} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="load">
          <Suspense>
            <LoadTab app={app} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="releases">
          <Stack>
            <ReleasesTab app={app} onAsk={change.ask} />
            <PullCard app={app} />
            <OperationsCard app={app} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="security">
          <ScansTab app={app} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <Suspense>
            <SettingsTab app={app} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="compose">
          <ComposeTab app={app} />
        </Tabs.Panel>
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
