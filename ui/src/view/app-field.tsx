import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { appsQuery } from '../client/queries.ts';
import { t } from '../words/t.ts';

/** One of the apps, by its unique name, or all of them. */
export function AppField({
  value,
  onChange,
  placeholder,
  label,
}: {
  value: string | null;
  onChange: (app: string | null) => void;
  placeholder?: string;
  label?: string;
}) {
  const apps = useQuery(appsQuery);
  return (
    <Select
      label={label ?? t('App')}
      size="xs"
      w={170}
      searchable
      clearable
      placeholder={placeholder ?? t('every app')}
      nothingFoundMessage={t('No app is like that')}
      value={value}
      onChange={onChange}
      data={(apps.data ?? []).map(({ uniqueName }) => uniqueName)}
    />
  );
}
