import { t } from '../words/t.ts';
import type { Span } from '../words/spans.ts';
import { ChoiceField } from './fields.tsx';

/** How long something holds. */
export function SpanField({
  value,
  onChange,
  spans,
}: {
  value: Span;
  onChange: (span: Span) => void;
  spans: readonly Span[];
}) {
  const labels: Record<Span, string> = {
    '30m': t('30 minutes'),
    '1h': t('1 hour'),
    '4h': t('4 hours'),
    '1d': t('1 day'),
    '7d': t('7 days'),
    '30d': t('30 days'),
    '90d': t('90 days'),
    '365d': t('1 year'),
  };
  return (
    <ChoiceField
      label={t('For')}
      width={120}
      value={value}
      onChange={onChange}
      choices={spans.map((span) => ({ value: span, label: labels[span] }))}
    />
  );
}
