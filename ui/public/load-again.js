// A browser drops what it is loading when the machine's networks change, as they do when an app gets its own. Without a script or a style the
// pages would stay empty, so they are loaded again: each at most three times in half a minute.
const key = `crane-loaded-again ${location.pathname}${location.search}`;
let isAsked = false;

function loadAgain() {
  if (isAsked) return;
  const recent = (sessionStorage.getItem(key) ?? '')
    .split(' ')
    .filter((at) => Date.now() - Number(at) < 30_000);
  if (recent.length >= 3) return;
  isAsked = true;
  sessionStorage.setItem(key, [...recent, Date.now()].join(' '));
  setTimeout(() => location.reload(), 300);
}

addEventListener(
  'error',
  ({ target }) => {
    const isStyle = target instanceof HTMLLinkElement && target.rel === 'stylesheet';
    if (target instanceof HTMLScriptElement || isStyle) loadAgain();
  },
  true,
);
// A part of a page that is loaded when it is opened.
addEventListener('vite:preloadError', loadAgain);
