const telling =
  /pass(?:word|wd|phrase)|secret|token|credential|api_?key|(?:private|access|encryption|signing)_?key/i;
const short = /(?:^|_)(?:pass|pwd)$/i;
/** Names of files and of times only speak about a secret. */
const about = /_(?:file|path|dir|name|id|ttl|url|length|expires?|expiry|timeout|enabled)$/i;

/** Whether a variable or an option of this name holds a secret, as far as names tell. */
export function isSecretName(name: string): boolean {
  return name !== 'PWD' && (telling.test(name) || short.test(name)) && !about.test(name);
}

/** Whether this value can be a secret at all: switches, small numbers and mounted files are not. */
export function isSecretValue(value: string): boolean {
  return !/^(?:|true|false|yes|no|on|off|none|\d{1,3}|\/run\/secrets\/.*)$/i.test(value);
}

/** A name that Compose can interpolate. */
export function variableName(...parts: readonly string[]): string {
  const name = parts.join('_').replace(/[^A-Za-z0-9_]+/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}

/** The name, or with a number behind it when it is taken; taken afterwards. */
export function freeName(name: string, taken: Set<string>, join = '_'): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name}${join}${number}`;
  taken.add(free);
  return free;
}
