/** Longer than dialogs and menus take to give the focus back themselves. */
const patienceMs = 60;

/**
 * Whoever uses keys is never left nowhere. What has the focus can be disabled while its work is done: it gets the focus back when it
 * can be used again. Or it goes, with the page, card or dialog it was on: what was around it gets the focus, so that the next Tab goes on
 * there, not at the top of everything. A click beside everything is no loss.
 */
export function keepFocus(): void {
  let path: Element[] = [];
  let isHeld = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const look = (): void => {
    timer = null;
    const [last] = path;
    if (last === undefined || document.activeElement !== document.body) return;
    if (!last.isConnected) receive(path.find((element) => element.isConnected));
    else if (isHeld && !last.matches(':disabled') && last instanceof HTMLElement)
      last.focus({ preventScroll: true });
  };
  document.addEventListener('focusin', ({ target }) => {
    path = target instanceof Element ? pathOf(target) : [];
    isHeld = false;
  });
  new MutationObserver(() => {
    const [last] = path;
    if (last === undefined || document.activeElement !== document.body) return;
    isHeld ||= last.matches(':disabled');
    // From the loss on, so that whoever gives the focus back has the time for it.
    if (isHeld || !last.isConnected) timer ??= setTimeout(look, patienceMs);
  }).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['disabled'],
  });
}

/** The element and all that it is in, below the body. */
function pathOf(element: Element): Element[] {
  const path: Element[] = [];
  for (let at: Element | null = element; at !== null && at !== document.body; at = at.parentElement)
    path.push(at);
  return path;
}

function receive(around: Element | undefined): void {
  // Of a dialog nothing stays but the page below it.
  const target = around?.closest('#root') === null ? undefined : around;
  const element = target ?? document.getElementById('main');
  if (!(element instanceof HTMLElement)) return;
  if (!element.hasAttribute('tabindex')) element.setAttribute('tabindex', '-1');
  element.dataset['keptFocus'] = '';
  element.focus({ preventScroll: true });
}
