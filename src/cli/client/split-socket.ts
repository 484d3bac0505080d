/** `unix:/folder/name.sock/api/v1/me` → the socket's file, and what is asked of it; null for other addresses. */
export function splitSocket(url: string): { socketPath: string; path: string } | null {
  const match = /^unix:(\/.*?\.sock)(\/.*)?$/.exec(url);
  return match?.[1] === undefined ? null : { socketPath: decodeURI(match[1]), path: match[2] ?? '/' };
}

/** Where a control plane is, without what was asked of it. */
export function placeOf(url: string): string {
  const socket = splitSocket(url);
  return socket === null ? new URL(url).origin : `unix:${socket.socketPath}`;
}
