import { Table } from '@mantine/core';
import { useEffect, useRef, type ReactNode, type Ref } from 'react';

/** What stands above a column; figures are aligned right, like their head. */
export type Head = string | { number: string };

/** A table that scrolls by itself where the window is narrower than `minWidth`; `children` are its rows. */
export function Rows({
  heads = [],
  minWidth,
  maxHeight,
  bodyRef,
  onBodyFocus,
  count,
  children,
}: {
  heads?: readonly Head[];
  minWidth: number;
  maxHeight?: number;
  /** For a table that is not drawn whole: its body, who got the focus there, and how many rows it has with its head. */
  bodyRef?: Ref<HTMLTableSectionElement>;
  onBodyFocus?: (target: Element) => void;
  count?: number;
  children: ReactNode;
}) {
  const viewport = useScrolledByKeys();
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportRef: viewport }}
      {...(maxHeight === undefined ? {} : { mah: maxHeight })}
    >
      <Table highlightOnHover aria-rowcount={count}>
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
        <Table.Tbody ref={bodyRef} onFocus={({ target }) => onBodyFocus?.(target)}>
          {children}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What is wider than its place is reached by Tab, so that the arrow keys scroll it; what fits is no stop on the way. */
function useScrolledByKeys() {
  const viewport = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = viewport.current;
    if (element === null) return undefined;
    const look = () => {
      const isWider =
        element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight;
      if (isWider) element.tabIndex = 0;
      else element.removeAttribute('tabindex');
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return viewport;
}
