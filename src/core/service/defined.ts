/** An object without those members whose value is undefined; what is optional in `T` may be given as undefined. */
export function defined<T extends object>(facts: { [K in keyof T]: T[K] | undefined }): T;
export function defined(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
