import { FieldRow } from '../view/field-row.tsx';
import { TextField } from '../view/fields.tsx';
import { Button, Select, Stack, Table, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../client/api.ts';
import { useAct, type Act } from '../client/use-act.ts';
import { AppField } from '../view/app-field.tsx';
import { Asked, Refused } from '../view/asked.tsx';
import { Card } from '../view/card.tsx';
import { Empty } from '../view/empty.tsx';
import { PersonName } from '../view/person-name.tsx';
import { Rows } from '../view/rows.tsx';
import { SpanField } from '../view/span-field.tsx';
import { State } from '../view/state.tsx';
import { useNow } from '../view/time-ago.tsx';
import { Twin } from '../view/twin.tsx';
import { dateTime } from '../words/format.ts';
import { shellWord } from '../words/shell.ts';
import { msOf, type Span } from '../words/spans.ts';
import { t } from '../words/t.ts';
import { addException, admissionPoliciesQuery, endException, exceptionsQuery } from './admission-calls.ts';

type Exception = Schemas['AdmissionException'];

/** What a policy lets pass, for whom, why and until when; those that are over too. */
export function ExceptionsCard() {
  const exceptions = useQuery(exceptionsQuery);
  const act = useAct();
  return (
    <Stack>
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={exceptions} lines={2}>
        {(items) =>
          items.length === 0 ? (
            <Empty
              title={t('No exceptions')}
              command='crane policy exceptions add P06 --app proxy-2 --reason "it routes" --for 30d'
            >
              {t('An exception lets one policy pass for one app or service, with a reason and an end.')}
            </Empty>
          ) : (
            <Rows
              minWidth={680}
              heads={[t('policy'), t('of'), t('reason'), t('state'), t('until'), t('by'), '']}
            >
              {items.map((item) => (
                <Row key={item.id} exception={item} act={act} />
              ))}
            </Rows>
          )
        }
      </Asked>
      <NewException />
    </Stack>
  );
}

function Row({
  exception: { id, policy, app, service, reason, expiresAt, createdBy },
  act,
}: {
  exception: Exception;
  act: Act;
}) {
  const isOver = expiresAt <= useNow();
  return (
    <Table.Tr>
      <Table.Td className="mono">{policy}</Table.Td>
      <Table.Td>{app === null ? t('every app') : [app, service].filter(Boolean).join('/')}</Table.Td>
      <Table.Td className="wrap-anywhere">{reason}</Table.Td>
      <Table.Td>
        <State state={isOver ? 'over' : 'in-force'} />
      </Table.Td>
      <Table.Td>{dateTime(expiresAt)}</Table.Td>
      <Table.Td>
        <PersonName id={createdBy} />
      </Table.Td>
      <Table.Td className="number">
        {isOver ? null : (
          <Button
            size="compact-xs"
            variant="default"
            disabled={act.isBusy}
            aria-label={`${t('End it')}: ${policy}`}
            onClick={() => void act.run(() => endException(id))}
          >
            {t('End it')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function NewException() {
  const act = useAct();
  const policies = useQuery(admissionPoliciesQuery);
  const [policy, setPolicy] = useState<string | null>(null);
  const [app, setApp] = useState<string | null>(null);
  const [service, setService] = useState('');
  const [reason, setReason] = useState('');
  const [span, setSpan] = useState<Span>('30d');
  const scope = {
    ...(app === null ? {} : { app }),
    ...(app === null || service.trim() === '' ? {} : { service: service.trim() }),
  };
  const add = async () => {
    if (policy === null) return;
    const body = { policy, reason: reason.trim(), expiresAt: Date.now() + msOf(span), ...scope };
    if (await act.run(() => addException(body))) setReason('');
  };
  const options = [
    app === null ? '' : ` --app ${app}`,
    'service' in scope ? ` --service ${shellWord(String(scope.service))}` : '',
    ` --reason ${shellWord(reason.trim() === '' ? 'WHY' : reason.trim())} --for ${span}`,
  ];
  return (
    <Card title={t('New exception')}>
      {act.error === null ? null : <Refused error={act.error} />}
      <FieldRow onSubmit={add}>
        <Select
          label={t('Policy')}
          size="xs"
          w={220}
          searchable
          placeholder="P06"
          value={policy}
          onChange={setPolicy}
          data={(policies.data?.policies ?? []).map(({ id, title }) => ({
            value: id,
            label: `${id} ${title}`,
          }))}
        />
        <AppField value={app} onChange={setApp} />
        <TextInput
          label={t('Service')}
          size="xs"
          w={130}
          placeholder={t('every service')}
          disabled={app === null}
          value={service}
          onChange={(event) => setService(event.currentTarget.value)}
        />
        <TextField label={t('Reason')} width={240} value={reason} onChange={setReason} />
        <SpanField value={span} onChange={setSpan} spans={['1d', '7d', '30d', '90d', '365d']} />
        <Button
          size="xs"
          loading={act.isBusy}
          disabled={policy === null || reason.trim() === ''}
          type="submit"
        >
          {t('Let it pass')}
        </Button>
      </FieldRow>
      <Twin
        command={`crane policy exceptions add ${policy ?? 'P06'}${options.join('')}`}
        request={{
          method: 'POST',
          path: '/admission/exceptions',
          body: {
            policy: policy ?? 'P06',
            reason: reason.trim(),
            expiresAt: Date.now() + msOf(span),
            ...scope,
          },
        }}
      />
    </Card>
  );
}
