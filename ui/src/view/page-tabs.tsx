import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';

/** The parts of a page one at a time; which one stands in the address. */
export function PageTabs<T extends string>({
  tabs,
  tab,
  onTab,
}: {
  tabs: readonly { value: T; label: string; panel: ReactNode }[];
  tab: string | undefined;
  /** The first one is the page without a word. */
  onTab: (tab: T | undefined) => void;
}) {
  const open = tabs.find(({ value }) => value === tab) ?? tabs[0];
  return (
    <Tabs
      value={open?.value ?? null}
      keepMounted={false}
      onChange={(value) => onTab(tabs.find((known, index) => known.value === value && index > 0)?.value)}
    >
      <Tabs.List mb="md">
        {tabs.map(({ value, label }) => (
          <Tabs.Tab key={value} value={value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ value, panel }) => (
        <Tabs.Panel key={value} value={value}>
          {panel}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
