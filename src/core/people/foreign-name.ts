/** A name for somebody whom another service calls `given`: letters, digits, `.`, `_` and `-`, and one that is free. */
export function nameFor(given: string | null, isTaken: (name: string) => boolean): string {
  const plain = (given ?? '')
    .split('@')[0]
    ?.normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 50);
  const name = plain === undefined || plain === '' ? 'user' : plain;
  // Nobody is taken for the owner of the machine in the audit.
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${name}-${number}`;
    if (tried !== 'break-glass' && !isTaken(tried)) return tried;
  }
}
