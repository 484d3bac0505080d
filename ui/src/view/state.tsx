import { Group, Text, Tooltip } from '@mantine/core';
import { wordOf } from '../words/codes.ts';
import { Glyph, type GlyphName } from './glyph.tsx';
import { Said } from './said.tsx';

type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'quiet';

const tones: Record<string, { tone: Tone; glyph: GlyphName }> = {
  running: { tone: 'good', glyph: 'check' },
  ready: { tone: 'good', glyph: 'check' },
  healthy: { tone: 'good', glyph: 'check' },
  ok: { tone: 'good', glyph: 'check' },
  done: { tone: 'good', glyph: 'check' },
  completed: { tone: 'good', glyph: 'check' },
  clean: { tone: 'good', glyph: 'check' },
  succeeded: { tone: 'good', glyph: 'check' },
  degraded: { tone: 'warn', glyph: 'warn' },
  stale: { tone: 'warn', glyph: 'warn' },
  resolved: { tone: 'good', glyph: 'check' },
  firing: { tone: 'bad', glyph: 'warn' },
  info: { tone: 'busy', glyph: 'dash' },
  warning: { tone: 'warn', glyph: 'warn' },
  critical: { tone: 'bad', glyph: 'cross' },
  high: { tone: 'bad', glyph: 'warn' },
  medium: { tone: 'warn', glyph: 'warn' },
  low: { tone: 'quiet', glyph: 'dash' },
  waived: { tone: 'quiet', glyph: 'check' },
  admitted: { tone: 'good', glyph: 'check' },
  refused: { tone: 'bad', glyph: 'cross' },
  deny: { tone: 'bad', glyph: 'cross' },
  warn: { tone: 'warn', glyph: 'warn' },
  'in-force': { tone: 'good', glyph: 'check' },
  excepted: { tone: 'quiet', glyph: 'check' },
  ending: { tone: 'warn', glyph: 'warn' },
  ended: { tone: 'bad', glyph: 'cross' },
  active: { tone: 'good', glyph: 'check' },
  sent: { tone: 'good', glyph: 'check' },
  waiting: { tone: 'busy', glyph: 'turn' },
  disabled: { tone: 'warn', glyph: 'dash' },
  paused: { tone: 'warn', glyph: 'dash' },
  same: { tone: 'good', glyph: 'check' },
  different: { tone: 'warn', glyph: 'warn' },
  findings: { tone: 'warn', glyph: 'warn' },
  unresponsive: { tone: 'warn', glyph: 'warn' },
  unhealthy: { tone: 'bad', glyph: 'cross' },
  failed: { tone: 'bad', glyph: 'cross' },
  down: { tone: 'bad', glyph: 'cross' },
  dead: { tone: 'bad', glyph: 'cross' },
  exited: { tone: 'bad', glyph: 'cross' },
  deploying: { tone: 'busy', glyph: 'turn' },
  scanning: { tone: 'busy', glyph: 'turn' },
  pending: { tone: 'busy', glyph: 'turn' },
  starting: { tone: 'busy', glyph: 'turn' },
  created: { tone: 'busy', glyph: 'turn' },
  deleting: { tone: 'busy', glyph: 'turn' },
};

/** A state as word, colour and sign; the reason on hover. */
export function State({
  state,
  reason = null,
  label,
}: {
  state: string;
  reason?: string | null;
  /** In place of the word for the state. */
  label?: string;
}) {
  const { tone, glyph } = tones[state] ?? { tone: 'quiet', glyph: 'dash' };
  const mark = (
    <Group gap={6} wrap="nowrap" style={{ color: `var(--${tone})`, display: 'inline-flex' }}>
      <Glyph name={glyph} size={14} />
      <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
        {label ?? wordOf(state)}
      </Text>
    </Group>
  );
  return reason === null || reason === '' ? (
    mark
  ) : (
    <Tooltip label={<Said>{reason}</Said>} multiline maw={420}>
      {mark}
    </Tooltip>
  );
}
