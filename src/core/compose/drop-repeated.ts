import { childrenOf, get, list, textOf, type ComposeNode, type NodePath } from './compose-node.ts';
import { pathTable } from './path-pattern.ts';
import { parseVolume } from './parse-volume.ts';
import { scalarText } from './yaml-scalar.ts';

/** What makes two entries of a list the same thing; undefined for an entry of a wrong kind, which is kept. */
type Identity = (entry: ComposeNode) => string | undefined;

const byKey: Identity = (entry) => textOf(entry)?.split('=', 1)[0];
const byText: Identity = (entry) => (entry.kind === 'scalar' ? scalarText(entry) : undefined);
const byTarget: Identity = (entry) =>
  entry.kind === 'map' ? textOf(get(entry, 'target')) : parseTarget(textOf(entry));
const byMount =
  (folder: string): Identity =>
  (entry) => {
    const name = textOf(entry) ?? textOf(get(entry, 'source')) ?? '';
    return textOf(get(entry, 'target')) ?? `${folder}/${name}`;
  };

const identities = pathTable<Identity>({
  'networks.*.labels': byKey,
  'networks.*.ipam.options': byKey,
  'services.*.annotations': byKey,
  'services.*.build.args': byKey,
  'services.*.build.additional_contexts': byKey,
  'services.*.build.tags': byKey,
  'services.*.build.labels': byKey,
  'services.*.cap_add': byKey,
  'services.*.cap_drop': byKey,
  'services.*.configs': byMount(''),
  'services.*.deploy.labels': byKey,
  'services.*.dns': byKey,
  'services.*.dns_opt': byKey,
  'services.*.dns_search': byKey,
  'services.*.environment': byKey,
  'services.*.env_file': (entry) => textOf(entry) ?? textOf(get(entry, 'path')),
  'services.*.expose': byText,
  'services.*.labels': byKey,
  'services.*.links': byKey,
  'services.*.networks.*.aliases': byKey,
  'services.*.networks.*.link_local_ips': byKey,
  'services.*.ports': portIdentity,
  'services.*.profiles': byKey,
  'services.*.secrets': byMount('/run/secrets'),
  'services.*.sysctls': byKey,
  'services.*.tmpfs': byKey,
  'services.*.volumes': byTarget,
  'services.*.devices': (entry) =>
    entry.kind === 'map' ? textOf(get(entry, 'target')) : deviceTarget(textOf(entry)),
});

function parseTarget(text: string | undefined): string | undefined {
  const volume = text === undefined ? null : parseVolume(text);
  return volume?.ok === true ? volume.target : undefined;
}

function deviceTarget(text: string | undefined): string | undefined {
  const [source, target] = text?.split(':') ?? [];
  return target ?? source;
}

function portIdentity(entry: ComposeNode): string | undefined {
  if (entry.kind !== 'map') return byText(entry);
  const part = (key: string): string | undefined => {
    const value = get(entry, key);
    return value?.kind === 'scalar' ? scalarText(value) : undefined;
  };
  // A published number and the same text are two things here, as they are to Compose.
  const published = get(entry, 'published');
  const kind = published?.kind === 'scalar' ? typeof published.value : 'none';
  const port = `${part('published') ?? ''}(${kind}):${part('target') ?? ''}/${part('protocol') ?? 'tcp'}`;
  return `${part('host_ip') ?? '0.0.0.0'}:${port}`;
}

/** Of entries that mean the same thing the last one stands, at the place of the first. In place. */
export function dropRepeated(node: ComposeNode, path: NodePath = []): ComposeNode {
  if (node.kind === 'list') {
    const identity = identities(path);
    return identity === undefined ? node : dropFromList(node, identity);
  }
  if (node.kind === 'map')
    for (const [key, child] of childrenOf(node)) node.entries.set(key, dropRepeated(child, [...path, key]));
  return node;
}

function dropFromList(node: ComposeNode & { kind: 'list' }, identity: Identity): ComposeNode {
  const known = new Map<string, number>();
  const items: ComposeNode[] = [];
  for (const item of node.items) {
    const key = identity(item);
    const index = key === undefined ? undefined : known.get(key);
    if (index === undefined) {
      items.push(item);
      if (key !== undefined) known.set(key, items.length - 1);
    } else items[index] = item;
  }
  return list(items, node.at);
}
