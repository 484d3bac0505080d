import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** What stands above a column; figures are aligned right, like their head. */
export type Head = string | { number: string };

/** A table that scrolls by itself where the window is narrower than `minWidth`; `children` are its rows. */
export function Rows({
  heads = [],
  minWidth,
  maxHeight,
  children,
}: {
  heads?: readonly Head[];
  minWidth: number;
  maxHeight?: number;
  children: ReactNode;
}) {
  return (
    <Table.ScrollContainer minWidth={minWidth} {...(maxHeight === undefined ? {} : { mah: maxHeight })}>
      <Table highlightOnHover>
        {heads.length === 0 ? null : (
          <Table.Thead>
            <Table.Tr>
              {heads.map((head, index) =>
                typeof head === 'string' ? (
                  // A column of buttons has no word of its own.
                  <Table.Th key={head === '' ? index : head}>{head}</Table.Th>
                ) : (
                  <Table.Th key={head.number} className="number">
                    {head.number}
                  </Table.Th>
                ),
              )}
            </Table.Tr>
          </Table.Thead>
        )}
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
