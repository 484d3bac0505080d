/** RFC 7518, 3.2: a key at least as long as the hash. */
const leastBytes = 32;

/** Null when this may sign tokens, else what is wrong with it. Never names the secret. */
export function checkTokenSecret(secret: string): string | null {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < leastBytes) return `must be at least ${leastBytes} random bytes (has ${bytes.length})`;
  const isGuessable = new Set(bytes).size < 8 || /secret|password|changeme/i.test(secret);
  return isGuessable ? `must be at least ${leastBytes} random bytes (these can be guessed)` : null;
}
