import { PasswordInput, TagsInput, TextInput } from '@mantine/core';
import { ChoiceField, NumberField } from '../view/fields.tsx';
import { t } from '../words/t.ts';
import type { TargetDraft } from './target-draft.ts';

type Fields = { draft: TargetDraft; change: (part: Partial<TargetDraft>) => void };
type TextPart = 'url' | 'host' | 'user' | 'from' | 'channel' | 'project';

/** Where a target of the chosen kind is. */
export function PlaceFields(props: Fields) {
  const address = t('Address of the webhook, which is the secret');
  switch (props.draft.kind) {
    case 'slack':
      return (
        <>
          <SecretField {...props} label={address} width={280} />
          <TextField {...props} part="channel" label={t('Channel')} placeholder="#ops" width={110} />
        </>
      );
    case 'teams':
      return <SecretField {...props} label={address} width={280} />;
    case 'webhook':
      return (
        <TextField
          {...props}
          part="url"
          label={t('Address')}
          placeholder="https://example.com/crane"
          width={280}
        />
      );
    case 'smtp':
      return <MailFields {...props} />;
    case 'pagerduty':
      return <SecretField {...props} label={t('Routing key')} width={220} />;
    case 'jira':
      return (
        <>
          <TextField
            {...props}
            part="url"
            label={t('Address')}
            placeholder="https://example.atlassian.net"
            width={220}
          />
          <TextField {...props} part="user" label={t('User')} placeholder="crane@example.com" width={160} />
          <SecretField {...props} label={t('Token')} width={140} />
          <TextField {...props} part="project" label={t('Project')} placeholder="OPS" width={90} />
        </>
      );
  }
}

function MailFields(props: Fields) {
  const { draft, change } = props;
  return (
    <>
      <TextField {...props} part="host" label={t('Mail server')} placeholder="mail.example.com" width={170} />
      <NumberField label={t('Port')} isWhole value={draft.port} onChange={(port) => change({ port })} />
      <ChoiceField
        label="TLS"
        width={110}
        value={draft.tls}
        onChange={(tls) => change({ tls })}
        choices={['starttls', 'tls', 'none'] as const}
      />
      <TextField {...props} part="user" label={t('User')} placeholder="crane" width={120} />
      <SecretField {...props} label={t('Password')} width={130} />
      <TextField {...props} part="from" label={t('From')} placeholder="crane@example.com" width={160} />
      <TagsInput
        label={t('To')}
        size="xs"
        w={200}
        placeholder={draft.to.length === 0 ? 'ann@example.com' : ''}
        value={[...draft.to]}
        onChange={(to) => change({ to })}
      />
    </>
  );
}

function TextField({
  draft,
  change,
  part,
  label,
  placeholder,
  width,
}: Fields & { part: TextPart; label: string; placeholder: string; width: number }) {
  return (
    <TextInput
      label={label}
      size="xs"
      w={width}
      placeholder={placeholder}
      value={draft[part]}
      onChange={(event) => change({ [part]: event.currentTarget.value })}
    />
  );
}

function SecretField({ draft, change, label, width }: Fields & { label: string; width: number }) {
  return (
    <PasswordInput
      label={label}
      size="xs"
      w={width}
      autoComplete="off"
      value={draft.secret}
      onChange={(event) => change({ secret: event.currentTarget.value })}
    />
  );
}
