import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';
import { markerName } from './route-names.ts';

const loaded = z.object({
  headers: z.object({ customRequestHeaders: z.object({ 'X-Crane-Published': z.string() }) }),
});
const notFound = z.object({ message: z.string().startsWith('middleware not found') });

/**
 * The mark of the app's file that the router has loaded, null when it has none of that app. Asks the router's API.
 * Throws when the router does not answer, or answers with something else than its API.
 */
export async function askLoadedMark(
  internalUrl: string,
  app: string,
  signal: AbortSignal,
): Promise<string | null> {
  const name = encodeURIComponent(`${markerName(app)}@file`);
  const response = await fetch(`${internalUrl}/api/http/middlewares/${name}`, { signal, redirect: 'error' });
  const text = await response.text();
  // Before the shared file is loaded every path is a plain 404: that says nothing about the app.
  if (response.status === 404 && notFound.safeParse(parseJson(text)).success) return null;
  const answer = loaded.safeParse(parseJson(text));
  if (!answer.success) throw new Error(`the router's API answered ${response.status} with something else`);
  return answer.data.headers.customRequestHeaders['X-Crane-Published'];
}
