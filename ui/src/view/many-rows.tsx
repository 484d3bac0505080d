import { Table } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Rows, type Head } from './rows.tsx';

/** So many are simply drawn. */
const fewRows = 60;
/** Drawn above and below what is seen, so that scrolling and the Tab key find them there. */
const spareRows = 20;
/** What is drawn changes by steps, not with each pixel. */
const step = 10;

/** What a row needs to say where it stands among all, drawn or not. */
export type Place = { 'aria-rowindex': number };

/**
 * A table of any number of rows of about the same height: only those near the part of the page that is seen are in the document, and the
 * one that has the focus, which must not get lost when the page is scrolled.
 */
export function ManyRows<T>({
  items,
  renderRow,
  minWidth,
  heads,
}: {
  items: readonly T[];
  /** One `Table.Tr` with a key; `place` are attributes of it. */
  renderRow: (item: T, place: Place) => ReactNode;
  minWidth: number;
  heads: readonly Head[];
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { shown, rowHeight, onFocus } = useShown(items.length, body);
  return (
    <Rows minWidth={minWidth} heads={heads} bodyRef={body} onBodyFocus={onFocus} count={items.length + 1}>
      {shown.map((index, at) => {
        const item = items[index];
        const gap = index - (shown[at - 1] ?? -1) - 1;
        return (
          <Spaced key={index} before={gap * rowHeight}>
            {item === undefined ? null : renderRow(item, { 'aria-rowindex': index + 2 })}
          </Spaced>
        );
      })}
      <Spaced before={(items.length - 1 - (shown.at(-1) ?? -1)) * rowHeight} />
    </Rows>
  );
}

/** A row, below the height of those that are not drawn. */
function Spaced({ before, children }: { before: number; children?: ReactNode }) {
  return (
    <>
      {before <= 0 ? null : (
        <Table.Tr aria-hidden="true" style={{ height: before }}>
          <td />
        </Table.Tr>
      )}
      {children}
    </>
  );
}

type Shown = { shown: readonly number[]; rowHeight: number; onFocus: (target: Element) => void };

function useShown(count: number, body: RefObject<HTMLTableSectionElement | null>): Shown {
  const [seen, setSeen] = useState({ first: 0, last: fewRows, rowHeight: 41 });
  const [focused, setFocused] = useState<number | null>(null);
  useEffect(() => {
    if (count <= fewRows) return;
    const look = (): void => {
      const rowHeight = body.current?.querySelector<HTMLElement>('tr[aria-rowindex]')?.offsetHeight ?? 0;
      if (body.current === null || rowHeight === 0) return;
      const { top } = body.current.getBoundingClientRect();
      const first = Math.floor(-top / rowHeight / step) * step - spareRows;
      const last = Math.ceil((window.innerHeight - top) / rowHeight / step) * step + spareRows;
      setSeen((before) =>
        before.first === first && before.last === last && before.rowHeight === rowHeight
          ? before
          : { first, last, rowHeight },
      );
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [count, body]);
  const isDrawn = (index: number): boolean =>
    count <= fewRows || (index >= seen.first && index <= seen.last) || index === focused;
  return {
    shown: Array.from({ length: count }, (_, index) => index).filter(isDrawn),
    rowHeight: seen.rowHeight,
    onFocus: (target) => {
      const place = target.closest('tr')?.getAttribute('aria-rowindex');
      setFocused(place === null || place === undefined ? null : Number(place) - 2);
    },
  };
}
