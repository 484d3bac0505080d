import { Button, Group, Table, Text } from '@mantine/core';
import { Removal } from '../view/removal.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { TimeAgo } from '../view/time-ago.tsx';
import { wordOf } from '../words/codes.ts';
import { shellWord } from '../words/shell.ts';
import { plural, rich, t } from '../words/t.ts';
import { removeTarget, type Target } from './notification-calls.ts';

/** A target: where it is, what it is told, how it fares. */
export function TargetRow({
  target,
  isBusy,
  onTest,
  onOpen,
}: {
  target: Target;
  isBusy: boolean;
  onTest: () => void;
  onOpen: () => void;
}) {
  const { name, settings } = target;
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{settings.kind}</Table.Td>
      <Table.Td className="wrap-anywhere">{placeOf(settings)}</Table.Td>
      <Table.Td>
        <About target={target} />
      </Table.Td>
      <Table.Td>
        <Fares target={target} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            size="compact-xs"
            variant="default"
            disabled={isBusy}
            aria-label={`${t('Test')}: ${name}`}
            onClick={onTest}
          >
            {t('Test')}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`${t('Messages')}: ${name}`}
            onClick={onOpen}
          >
            {t('Messages')}
          </Button>
          <Removal
            label={t('Remove')}
            name={name}
            consequence={t('You are told there no more; messages on their way are forgotten.')}
            command={`crane notify rm ${shellWord(name)}`}
            request={{ method: 'DELETE', path: `/notification-targets/${encodeURIComponent(name)}` }}
            remove={() => removeTarget(name)}
          />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function About({ target: { app, kinds, severity, matchers, isToldEnd } }: { target: Target }) {
  return (
    <>
      <Text size="sm">
        {t('{severity} and worse', { severity: wordOf(severity) })}
        {app === null ? null : ` · ${app}`}
      </Text>
      <Text size="xs" className="quiet">
        {[
          kinds.length === 0 ? t('everything') : kinds.map((kind) => wordOf(kind)).join(', '),
          ...matchers,
          ...(isToldEnd ? [] : [t('not when it is over')]),
        ].join(' · ')}
      </Text>
    </>
  );
}

function Fares({ target: { lastError, lastSentAt, waiting } }: { target: Target }) {
  return (
    <>
      {lastSentAt === null ? (
        <Text size="sm" className="quiet">
          {t('nothing sent yet')}
        </Text>
      ) : (
        <Text size="sm">{rich('sent {when}', { when: <TimeAgo at={lastSentAt} /> })}</Text>
      )}
      {waiting === 0 ? null : (
        <Text size="xs" className="quiet">
          {plural(waiting, '{n} on its way', '{n} on their way')}
        </Text>
      )}
      {lastError === null ? null : (
        <>
          <State state="failed" />
          <Text size="xs" className="wrap-anywhere">
            <Said>{lastError}</Said>
          </Text>
        </>
      )}
    </>
  );
}

/** Where it is sent; what is secret in it is not told by the API. */
function placeOf(settings: Target['settings']): string {
  switch (settings.kind) {
    case 'smtp':
      return `${settings.to.join(', ')} (${settings.host}:${settings.port})`;
    case 'slack':
    case 'teams':
      return [settings.origin, 'channel' in settings ? settings.channel : null].filter(Boolean).join(' ');
    case 'webhook':
      return settings.url;
    case 'pagerduty':
      return settings.url ?? 'PagerDuty';
    case 'jira':
      return `${settings.url} ${settings.project}`;
  }
}
