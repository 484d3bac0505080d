import type { ReactNode } from 'react';

/** What the control plane says in its own words. It speaks English, whatever language the pages are in; screen readers are told so. */
export function Said({ children }: { children: ReactNode }) {
  return <span lang="en">{children}</span>;
}
