/** A word of a POSIX command line, quoted where the shell would read more into it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A request as data; `path` below `/api/v1`. Secrets do not belong into `body`: it is shown. */
export type ApiRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
};

/** The `curl` line of a request, with the token of whoever runs it from the environment. */
export function curlOf({ method, path, body }: ApiRequest, origin: string): string {
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  const data =
    body === undefined ? '' : ` -H 'content-type: application/json' -d ${shellWord(JSON.stringify(body))}`;
  return `curl${verb} ${shellWord(`${origin}/api/v1${path}`)} -H "Authorization: Bearer $CRANE_TOKEN"${data}`;
}
