const key = 'crane-token';
const listeners = new Set<() => void>();

/** `asking`: whether the browser has the cookie of a login is not known yet. */
export type Access = 'asking' | 'in' | 'out';
let access: Access = 'asking';

/** `crane ui` opens the page with `#token=…`: a fragment is sent to no server. It is taken out of the address at once. */
export function takeTokenFromAddress(): void {
  const match = /^#token=(crane_[\w-]+)$/.exec(location.hash);
  if (match?.[1] === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  sessionStorage.setItem(key, match[1]);
}

/** A token that was given to this tab, and is kept for it only; null for a person who logged in with a cookie, which no script sees. */
export function getToken(): string | null {
  return sessionStorage.getItem(key);
}

/** The header of a request; none when the cookie speaks. */
export function authorization(): Record<string, string> {
  const token = getToken();
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** The protocols of a WebSocket, which can have no header. */
export function socketProtocols(): string[] {
  const token = getToken();
  return token === null ? ['crane'] : ['crane', `bearer.${token}`];
}

export function getAccess(): Access {
  return access;
}

/** With a token, or with the cookie that the login has set. */
export function enter(token: string | null = null): void {
  if (token !== null) sessionStorage.setItem(key, token);
  setAccess('in');
}

/** Forgets the token of this tab. */
export function leave(): void {
  sessionStorage.removeItem(key);
  setAccess('out');
}

/** Asks whether this browser is logged in. */
export async function askAccess(): Promise<void> {
  try {
    const answer = await fetch('/api/v1/me', { headers: authorization() });
    if (answer.status === 401) leave();
    else setAccess('in');
  } catch {
    // The control plane cannot be reached; the pages say so and ask again.
    setAccess('in');
  }
}

function setAccess(next: Access): void {
  access = next;
  for (const listener of listeners) listener();
}

export function onAccessChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
