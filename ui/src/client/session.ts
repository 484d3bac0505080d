const key = 'crane-token';
const listeners = new Set<() => void>();

/** `crane ui` opens the page with `#token=…`: a fragment is sent to no server. It is taken out of the address at once. */
export function takeTokenFromAddress(): void {
  const match = /^#token=(crane_[\w-]+)$/.exec(location.hash);
  if (match?.[1] === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  setToken(match[1]);
}

/** Kept for this tab only. */
export function getToken(): string | null {
  return sessionStorage.getItem(key);
}

/** Null logs out. */
export function setToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, token);
  for (const listener of listeners) listener();
}

export function onTokenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
