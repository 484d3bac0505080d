import { childrenOf, get, isNull, textOf, type ComposeNode } from './compose-node.ts';
import { saw, type Decoder } from './decode.ts';
import { splitWords } from './split-words.ts';
import { scalarText } from './yaml-scalar.ts';

const plain = (node: ComposeNode | undefined): string =>
  node?.kind === 'scalar' && node.value !== null ? scalarText(node) : '';

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** Absent: the image's own; a list, also an empty one, takes its place. */
export const command: Decoder<string[]> = (node, path, report) => {
  if (node === undefined || isNull(node)) return undefined;
  if (node.kind === 'list') return node.items.map(plain);
  const words = splitWords(plain(node));
  if (words === null)
    report(node.at, path, 'quotes or brackets do not pair up', 'Quote the text, or write a list.');
  return words ?? undefined;
};

/** Variables; null where the value comes from the environment and is not there. */
export const environment: Decoder<Record<string, string | null>> = (node, path, report) => {
  if (node === undefined || node.kind === 'scalar') return undefined;
  const entries = childrenOf(node).map(([key, child]) => {
    if (node.kind === 'map') return [key, isNull(child) ? null : plain(child)] as const;
    const [name, value] = splitOnce(plain(child), '=');
    if (/\s$/.test(name)) report(child.at, path, `the name ${name.trim()} ends with a space`);
    return [name, value ?? null] as const;
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

/** Names with texts; a name alone has an empty one. */
export const pairs: Decoder<Record<string, string>> = (node) => {
  if (node === undefined || node.kind === 'scalar') return undefined;
  const entries = childrenOf(node).map(([key, child]) => {
    if (node.kind === 'map') return [key, plain(child)] as const;
    const [name, value] = splitOnce(plain(child), '=');
    return [name, value ?? ''] as const;
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

/** The same for texts and whole numbers alone. */
export const plainPairs: Decoder<Record<string, string>> = (node, path, report) => {
  for (const [key, child] of node === undefined ? [] : childrenOf(node))
    if (child.kind !== 'scalar' || typeof child.value === 'boolean' || child.isFloat === true)
      report(child.at, [...path, key], 'must be a text or a whole number');
  return pairs(node, path, report);
};

/** `HOST=IP`, sorted; several addresses of a host give several entries. */
export const hosts: Decoder<string[]> = (node, path, report) => {
  if (node === undefined || node.kind === 'scalar') return undefined;
  const entries = childrenOf(node).flatMap(([key, child]) => {
    if (node.kind === 'map') {
      const addresses = child.kind === 'list' ? child.items.map(plain) : [plain(child)];
      return addresses.map((address) => ({ host: key, address, at: child.at }));
    }
    const [host, addresses] = splitHost(plain(child));
    if (addresses === undefined) report(child.at, path, 'a host is NAME=ADDRESS');
    return (addresses ?? '').split(',').map((address) => ({ host, address, at: child.at }));
  });
  for (const { host, at } of entries)
    if (host === '' || /[:=]/.test(host))
      report(at, path, `${JSON.stringify(host.slice(0, 60))} is no host name`);
  const lines = entries.map(({ host, address }) => `${host}=${address.replace(/^\[(.+)\]$/, '$1')}`);
  return lines.length === 0 ? undefined : lines.sort();
};

function splitHost(text: string): [string, string | undefined] {
  return text.includes('=') ? splitOnce(text, '=') : splitOnce(text, ':');
}

/** Options that may be given several times. */
export const manyOptions: Decoder<Record<string, string[]>> = (node) => {
  if (node?.kind !== 'map' || node.entries.size === 0) return undefined;
  const options = childrenOf(node)
    .map(([key, child]) => [key, child.kind === 'list' ? child.items.map(plain) : [plain(child)]] as const)
    .filter(([, values]) => values.length > 0);
  return options.length === 0 ? undefined : Object.fromEntries(options);
};

export type Ulimit = number | { soft?: number; hard?: number };

export const ulimit: Decoder<Ulimit> = (node) => {
  if (node?.kind === 'scalar') return typeof node.value === 'number' && node.value !== 0 ? node.value : {};
  const bound = (key: string): number | undefined => {
    const child = get(node, key);
    return child?.kind === 'scalar' && typeof child.value === 'number' && child.value !== 0
      ? child.value
      : undefined;
  };
  const [soft, hard] = [bound('soft'), bound('hard')];
  return { ...(soft === undefined ? {} : { soft }), ...(hard === undefined ? {} : { hard }) };
};

/** File permissions, as octal text. */
export const fileMode: Decoder<string> = (node, path, report) => {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  const isOctal = typeof node.value === 'string' && /^-?[0-7]{1,12}$/.test(node.value);
  const mode =
    typeof node.value === 'number' ? node.value : isOctal ? Number.parseInt(String(node.value), 8) : null;
  if (mode === null) report(node.at, path, `must be octal permissions such as 0440${saw(node)}`);
  return mode === null ? undefined : `0${mode.toString(8)}`;
};

export const healthTest: Decoder<string[]> = (node) => {
  if (node === undefined || isNull(node)) return undefined;
  const test = node.kind === 'list' ? node.items.map(plain) : ['CMD-SHELL', plain(node)];
  return test.length === 0 ? undefined : test;
};

/** -1 is all of them. */
export const deviceCount: Decoder<number> = (node, path, report) => {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  const text = plain(node);
  if (text.toLowerCase() === 'all') return -1;
  if (/^-?\d{1,15}$/.test(text)) return Number(text) === 0 ? undefined : Number(text);
  report(node.at, path, `must be all, or a number${saw(node)}`);
  return undefined;
};

/** SSH agents and keys by id; an empty path is the agent. */
export const sshKeys: Decoder<string[]> = (node) => {
  if (node?.kind !== 'map') return undefined;
  const keys = childrenOf(node).map(([id, child]) =>
    isNull(child) || textOf(child) === '' ? id : `${id}=${plain(child)}`,
  );
  return keys.length === 0 ? undefined : keys;
};
