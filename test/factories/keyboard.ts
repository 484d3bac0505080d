import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { waitFor } from './wait-for.ts';

const focus = z.object({ name: z.string(), role: z.string(), isSeen: z.boolean(), isMarked: z.boolean() });
export type Focus = z.infer<typeof focus>;

/** Evaluated in the page: what has the focus, whether it lies in the window with nothing above it, and whether it is drawn as such. */
const look = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const { left, top, width, height, right, bottom } = element.getBoundingClientRect();
  const within = (value, most) => Math.min(most - 2, Math.max(2, value));
  const above = document.elementFromPoint(
    within(left + Math.min(width / 2, 40), innerWidth),
    within(top + Math.min(height / 2, 12), innerHeight),
  );
  const isInside = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  const drawn = getComputedStyle(element.closest('.cm-editor') ?? element);
  const hasCaret = element.matches('input, textarea, [contenteditable]');
  return {
    name: element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 60),
    role: element.getAttribute('role') ?? element.tagName.toLowerCase(),
    isSeen: isInside && above !== null && (element.contains(above) || above.contains(element)),
    isMarked: hasCaret || (drawn.outlineStyle !== 'none' && drawn.outlineWidth !== '0px'),
  };
})()`;

/** What has the focus; null when nothing has. */
export async function focusOn(page: Page): Promise<Focus | null> {
  return focus.nullable().parse(await page.evaluate(look));
}

/** Waits until something has the focus: a person who uses keys must not be left nowhere after `what`. */
export async function keepFocus(page: Page, what: string): Promise<Focus> {
  return waitFor(`something has the focus after ${what}`, () => focusOn(page), { timeoutMs: 5_000 });
}

/** Presses Tab until what is called `name` has the focus; each stop on the way must be seen. Gives up after `most` stops. */
export async function tabTo(page: Page, name: string | RegExp, most = 70): Promise<Focus> {
  const passed: string[] = [];
  for (let stop = 0; stop < most; stop += 1) {
    await page.keyboard.press('Tab');
    const found = await focusOn(page);
    if (found === null) {
      passed.push('(out of the page)');
      continue;
    }
    assert.ok(found.isSeen, `the focus on ${found.role} "${found.name}" cannot be seen`);
    assert.ok(found.isMarked, `that ${found.role} "${found.name}" has the focus is not drawn`);
    if (typeof name === 'string' ? found.name === name : name.test(found.name)) return found;
    passed.push(found.name);
  }
  return assert.fail(`Tab does not come to ${String(name)}, but to: ${passed.join(' | ')}`);
}
