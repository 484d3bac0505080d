/** What a JSON text says; undefined when it is none. Nothing of it is known yet: parse it further. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
