import { NumberInput, Select, TextInput } from '@mantine/core';
import type { App } from '../client/api.ts';
import { t } from '../words/t.ts';

/** A figure; what is no number leaves it as it was. */
export function NumberField({
  label,
  value,
  onChange,
  min = 0,
  width = 90,
  isWhole = false,
}: {
  label: string;
  value: number;
  onChange: (value: number) => void;
  min?: number;
  width?: number;
  isWhole?: boolean;
}) {
  return (
    <NumberInput
      label={label}
      size="xs"
      w={width}
      min={min}
      allowDecimal={!isWhole}
      value={value}
      onChange={(next) => onChange(typeof next === 'number' ? next : value)}
    />
  );
}

/** One of a few words. */
export function ChoiceField<T extends string>({
  label,
  value,
  onChange,
  choices,
  width = 140,
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  choices: readonly (T | { value: T; label: string })[];
  width?: number;
}) {
  const values = choices.map((choice) => (typeof choice === 'string' ? choice : choice.value));
  return (
    <Select
      label={label}
      size="xs"
      w={width}
      allowDeselect={false}
      value={value}
      onChange={(next) => onChange(values.find((known) => known === next) ?? value)}
      data={[...choices]}
    />
  );
}

/** A service of the app. */
export function ServiceField({
  services,
  value,
  onChange,
}: {
  services: App['services'];
  value: string;
  onChange: (service: string) => void;
}) {
  return (
    <ChoiceField
      label={t('Service')}
      value={value}
      onChange={onChange}
      choices={services.map(({ name }) => name)}
    />
  );
}

/** One line of text. */
export function TextField({
  label,
  value,
  onChange,
  width = 200,
  placeholder = '',
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  width?: number;
  placeholder?: string;
}) {
  return (
    <TextInput
      label={label}
      size="xs"
      w={width}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
