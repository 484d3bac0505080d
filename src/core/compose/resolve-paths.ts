import { get, list, scalar, textOf, type ComposeNode, type NodePath } from './compose-node.ts';
import { expandHome, joinPath } from './file-path.ts';
import { pathTable, rewrite } from './path-pattern.ts';
import type { Report } from './report.ts';

type Rule = (node: ComposeNode, path: NodePath) => ComposeNode;

/** Makes the relative paths of a canonical tree absolute (or relative to what `folder` is relative to). In place. */
export function resolvePaths(
  root: ComposeNode,
  { folder, home }: { folder: string; home: string | undefined },
  report: Report,
): ComposeNode {
  const absolute = (text: string): string => (text === '' ? text : joinPath(folder, expandHome(text, home)));
  const file: Rule = (node) => {
    if (node.kind === 'list')
      return list(
        node.items.map((item) => file(item, [])),
        node.at,
      );
    const text = textOf(node);
    return text === undefined ? node : scalar(absolute(text), node.at);
  };
  const context: Rule = (node, path) => (isElsewhere(textOf(node) ?? '') ? node : file(node, path));
  return rewrite(
    root,
    pathTable<Rule>({
      'services.*.build.context': context,
      'services.*.build.additional_contexts.*': context,
      'services.*.build.ssh.*': file,
      'services.*.env_file.*.path': file,
      'services.*.label_file.*': file,
      'services.*.extends.file': file,
      'services.*.develop.watch.*.path': file,
      'services.*.volumes.*': (node, path) => bindMount(node, path, file, report),
      'configs.*.file': file,
      'secrets.*.file': file,
      'volumes.*': (node) => bindVolume(node, file),
    }),
  );
}

/** A build context that is no folder: an address, an image, another service. */
function isElsewhere(text: string): boolean {
  return /:\/\/|^(?:service:|github\.com\/|git@)/.test(text);
}

function bindMount(node: ComposeNode, path: NodePath, file: Rule, report: Report): ComposeNode {
  if (node.kind !== 'map' || textOf(get(node, 'type')) !== 'bind') return node;
  const source = get(node, 'source');
  if (source === undefined)
    report(node.at, path, 'a bind mount needs a source', 'Add source: a folder or a file.');
  else node.entries.set('source', file(source, path));
  return node;
}

/** A volume of the local driver with `o: bind` is a folder of the host. */
function bindVolume(node: ComposeNode, file: Rule): ComposeNode {
  const options = get(node, 'driver_opts');
  const device = get(options, 'device');
  const isBind = textOf(get(node, 'driver')) === 'local' && textOf(get(options, 'o')) === 'bind';
  if (isBind && options?.kind === 'map' && device !== undefined)
    options.entries.set('device', file(device, []));
  return node;
}
