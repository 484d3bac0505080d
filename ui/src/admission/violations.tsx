import { Table } from '@mantine/core';
import { Rows } from '../view/rows.tsx';
import { Said } from '../view/said.tsx';
import { State } from '../view/state.tsx';
import { t } from '../words/t.ts';
import type { Violation } from './admission-calls.ts';

/** What the policies found: where, what was seen, and what to do about it. */
export function Violations({ violations }: { violations: readonly Violation[] }) {
  return (
    <Rows minWidth={640} heads={[t('policy'), t('mode'), t('service'), t('what was seen'), t('what to do')]}>
      {violations.map(({ policy, title, mode, service, field, path, place, msg, fix }) => (
        <Table.Tr key={`${policy} ${service} ${path} ${msg}`}>
          <Table.Td title={title}>{policy}</Table.Td>
          <Table.Td>
            <State state={mode} />
          </Table.Td>
          <Table.Td>{service}</Table.Td>
          <Table.Td className="wrap-anywhere">
            <Said>{msg}</Said> <span className="mono quiet">{place ?? field}</span>
          </Table.Td>
          <Table.Td className="wrap-anywhere">
            <Said>{fix}</Said>
          </Table.Td>
        </Table.Tr>
      ))}
    </Rows>
  );
}
