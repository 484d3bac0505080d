import { Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct, type Act } from '../client/use-act.ts';
import { useIsAdmin } from '../client/use-is-admin.ts';
import { Asked, Refused } from '../view/asked.tsx';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { Twin } from '../view/twin.tsx';
import { wordOf } from '../words/codes.ts';
import { t } from '../words/t.ts';
import { admissionPoliciesQuery, changePolicy, type AdmissionPolicy, type Mode } from './admission-calls.ts';
import { paramsExamples, ParamsForm } from './params-form.tsx';

type Role = 'user' | 'admin';
const modes = ['deny', 'warn', 'audit', 'off'] as const satisfies readonly Mode[];

/** Each policy with its mode for users and for admins, and what can be set of it. */
export function ModesCard() {
  const settings = useQuery(admissionPoliciesQuery);
  const isAdmin = useIsAdmin();
  const act = useAct();
  const [edited, setEdited] = useState<AdmissionPolicy | null>(null);
  return (
    <Stack gap="sm" maw={1000}>
      {act.error === null ? null : <Refused error={act.error} />}
      <Asked query={settings} lines={10}>
        {({ policies, version }) => (
          <>
            <Rows minWidth={640} heads={[t('policy'), t('for users'), t('for admins'), t('what is set'), '']}>
              {policies.map((policy) => (
                <Row key={policy.id} policy={policy} isAdmin={isAdmin} act={act} onEdit={setEdited} />
              ))}
            </Rows>
            <Group justify="space-between">
              <Text size="sm" className="quiet">
                {t(
                  'Version {version} of the settings. A change holds from the next deployment on; what runs goes on.',
                  {
                    version,
                  },
                )}
              </Text>
              <Twin
                command={isAdmin ? 'crane policy set P11 --role user --mode deny' : 'crane policy modes'}
                request={
                  isAdmin
                    ? {
                        method: 'PATCH',
                        path: '/admission/policies/P11',
                        body: { role: 'user', mode: 'deny' },
                      }
                    : { method: 'GET', path: '/admission/policies' }
                }
              />
            </Group>
          </>
        )}
      </Asked>
      {edited === null ? null : <ParamsForm policy={edited} onDone={() => setEdited(null)} />}
    </Stack>
  );
}

function Row({
  policy,
  isAdmin,
  act,
  onEdit,
}: {
  policy: AdmissionPolicy;
  isAdmin: boolean;
  act: Act;
  onEdit: (policy: AdmissionPolicy) => void;
}) {
  const { id, title, params, isChanged } = policy;
  const isSet = Object.keys(params).length > 0;
  return (
    <Table.Tr>
      <Table.Td>
        <span className="mono quiet">{id}</span> <Said>{title}</Said>
      </Table.Td>
      {(['user', 'admin'] as const).map((role) => (
        <Table.Td key={role} w={120}>
          {isAdmin ? <ModeField policy={policy} role={role} act={act} /> : <State state={policy[role]} />}
        </Table.Td>
      ))}
      <Table.Td className="mono wrap-anywhere" style={{ fontSize: 12 }}>
        {isSet ? summaryOf(params) : null}
      </Table.Td>
      <Table.Td>
        {isAdmin ? (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            {id in paramsExamples ? (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={t('Settings of {policy}', { policy: id })}
                onClick={() => onEdit(policy)}
              >
                {t('Settings')}
              </Button>
            ) : null}
            {isChanged ? (
              <Button
                size="compact-xs"
                variant="default"
                disabled={act.isBusy}
                aria-label={t('{policy} as shipped', { policy: id })}
                onClick={() => void act.run(() => changePolicy(id, { isReset: true }))}
              >
                {t('As shipped')}
              </Button>
            ) : null}
          </Group>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}

function ModeField({ policy, role, act }: { policy: AdmissionPolicy; role: Role; act: Act }) {
  const whom = role === 'user' ? t('for users') : t('for admins');
  return (
    <Select
      aria-label={t('{policy} {whom}', { policy: policy.id, whom })}
      size="xs"
      w={96}
      allowDeselect={false}
      disabled={act.isBusy}
      value={policy[role]}
      onChange={(value) => {
        const mode = modes.find((known) => known === value);
        if (mode !== undefined) void act.run(() => changePolicy(policy.id, { role, mode }));
      }}
      data={modes.map((mode) => ({ value: mode, label: wordOf(mode) }))}
    />
  );
}

/** `memoryBytes 4294967296, cpus 4`; lists only by their number. */
function summaryOf(params: AdmissionPolicy['params']): string {
  return Object.entries(params)
    .map(([name, value]) => {
      if (Array.isArray(value))
        return value.length > 3 ? `${name} (${value.length})` : `${name} ${value.join(' ') || '–'}`;
      return `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    })
    .join(', ');
}
