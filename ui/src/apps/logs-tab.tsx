import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { download, type App, type LogLine } from '../client/api.ts';
import { useStream } from '../client/use-stream.ts';
import { Twin } from '../view/twin.tsx';
import { clockTime } from '../words/format.ts';
import { plural, t } from '../words/t.ts';

/** More would make the page slow; the command line gives all. */
const keptLines = 2_000;

/** All instances' lines, merged and followed. Text is text: nothing in it is obeyed. */
export function LogsTab({ app }: { app: App }) {
  const { items: lines, state } = useStream(
    `/api/v1/apps/${encodeURIComponent(app.uniqueName)}/logs?follow=true&tail=200`,
    { isItem: isLogLine, kept: keptLines },
  );
  const [find, setFind] = useState('');
  const [isFollowing, setIsFollowing] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => {
    const wanted = find.toLowerCase();
    return wanted === ''
      ? lines
      : lines.filter(({ text, instance }) => `${instance} ${text}`.toLowerCase().includes(wanted));
  }, [lines, find]);
  useEffect(() => {
    if (isFollowing && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [shown, isFollowing]);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Group gap="sm">
          <TextInput
            size="xs"
            aria-label={t('Only lines with')}
            placeholder={t('only lines with…')}
            value={find}
            onChange={(event) => setFind(event.currentTarget.value)}
          />
          <Checkbox
            size="xs"
            label={t('stay at the end')}
            checked={isFollowing}
            onChange={(event) => setIsFollowing(event.currentTarget.checked)}
          />
          <Text size="sm" className="quiet">
            {[
              plural(lines.length, '{shown} of {n} line', '{shown} of {n} lines', { shown: shown.length }),
              ...(lines.length >= keptLines ? [t('older ones are left out')] : []),
              ...(state.isLive ? [] : [t('not live, trying again')]),
            ].join(' · ')}
          </Text>
        </Group>
        <Group gap="sm">
          <Button size="compact-xs" variant="default" onClick={() => downloadLines(app, shown)}>
            {t('Download')}
          </Button>
          <Twin
            command={`crane logs -f ${app.uniqueName}`}
            request={{ method: 'GET', path: `/apps/${app.uniqueName}/logs` }}
          />
        </Group>
      </Group>
      <div
        ref={box}
        className="logs"
        tabIndex={0}
        role="log"
        aria-label={t('Logs of {uniqueName}', { uniqueName: app.uniqueName })}
        aria-live="off"
      >
        {shown.length === 0 ? (
          <span className="quiet">
            {lines.length === 0 ? t('No instance has written anything yet.') : t('No line has that.')}
          </span>
        ) : (
          shown.map((line, index) => (
            <div key={index}>
              <span className="quiet">{line.at === null ? '' : `${clockTime(line.at)} `}</span>
              <span style={{ color: `var(--${toneOf(line.instance)})` }}>{line.instance}</span>{' '}
              {line.stream === 'stderr' ? <span className="quiet">{t('err')} </span> : null}
              {inert(line.text)}
            </div>
          ))
        )}
      </div>
    </Stack>
  );
}

function isLogLine(data: unknown): data is LogLine {
  return typeof data === 'object' && data !== null && 'text' in data && 'instance' in data;
}

/** Control characters are shown, not obeyed. */
function inert(text: string): string {
  return text.replace(/\p{Cc}\[[\d;]*m/gu, '').replace(/(?!\t)[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');
}

function toneOf(instance: string): string {
  const slot = Number(instance.split('-').at(-1) ?? 0);
  return ['busy', 'good', 'warn', 'bad'][slot % 4] ?? 'busy';
}

function downloadLines(app: App, lines: readonly LogLine[]): void {
  const text = lines
    .map(({ at, instance, text }) => `${at === null ? '' : new Date(at).toISOString()} ${instance} ${text}\n`)
    .join('');
  download(`${app.uniqueName}.log`, new Blob([text], { type: 'text/plain' }));
}
