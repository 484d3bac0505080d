import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { toPlain, type ComposeNode, type NodePath } from './compose-node.ts';
import schema from './schema/compose-spec.json' with { type: 'json' };

let compiled: ValidateFunction | undefined;

/** The published schema, compiled once and at first need. */
function validator(): ValidateFunction {
  const { $schema: _draft, $id: _id, ...rules } = schema;
  compiled ??= new Ajv({ strict: false, allErrors: true, verbose: true, validateFormats: false }).compile(
    rules,
  );
  return compiled;
}

/** What of a merged file breaks the schema of the Compose Specification; empty when nothing does. */
export function schemaFaults(root: ComposeNode): Fault[] {
  const validate = validator();
  // Only ranges of ports, written out, are longer than this; comparing all of them with each other would take seconds.
  if (validate(toPlain(root, 2000))) return [];
  return tellingFaults((validate.errors ?? []).slice(0, 500));
}

/** `isKey`: the key itself is wrong; `missing`: a key that must be there; `extra`: what to take out, if not the value at the path. */
export type Fault = {
  path: NodePath;
  message: string;
  fix?: string;
  isKey?: true;
  missing?: string;
  extra?: NodePath;
};

const choices = ['oneOf', 'anyOf', 'allOf', 'if', 'not'];

/** Of the branches of a choice only what comes closest is told. */
function tellingFaults(errors: readonly ErrorObject[]): Fault[] {
  const own = (error: ErrorObject): string => error.instancePath;
  const outer = [...new Set(errors.filter((error) => choices.includes(error.keyword)).map(own))].filter(
    (path, _index, all) => !all.some((other) => other !== path && path.startsWith(`${other}/`)),
  );
  const leaves = errors.filter((error) => !choices.includes(error.keyword));
  const within = (error: ErrorObject): string | undefined =>
    outer.find((path) => own(error) === path || own(error).startsWith(`${path}/`));
  const free = leaves.filter((error) => within(error) === undefined);
  const closest = outer.flatMap((path) => {
    const inside = leaves.filter((error) => within(error) === path);
    const deepest = Math.max(...inside.map(depthOf));
    return inside.filter((error) => depthOf(error) === deepest);
  });
  return groupByPath([...free, ...closest]);
}

function depthOf(error: ErrorObject): number {
  return error.instancePath.split('/').length + (error.keyword === 'additionalProperties' ? 1 : 0);
}

function groupByPath(errors: readonly ErrorObject[]): Fault[] {
  const faults = new Map<string, Fault & { wanted: string[] }>();
  for (const error of errors) {
    const fault = describe(error);
    const key = fault.path.join('\n');
    const known = faults.get(key);
    if (known === undefined) faults.set(key, { ...fault, wanted: wantedTypes(error) });
    else {
      known.wanted.push(...wantedTypes(error));
      if (fault.missing !== undefined) known.missing ??= fault.missing;
    }
  }
  return [...faults.values()].map(({ wanted, ...fault }) =>
    wanted.length < 2
      ? fault
      : {
          ...fault,
          message: fault.message.replace(/^must be [^(]*?(?= \(saw|$)/, `must be ${either(wanted)}`),
        },
  );
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'empty',
};

function wantedTypes(error: ErrorObject): string[] {
  if (error.keyword !== 'type') return [];
  const types: unknown = error.params['type'];
  return (Array.isArray(types) ? types : [types]).map(String);
}

function either(types: readonly string[]): string {
  const names = [...new Set(types)].map((type) => typeNames[type] ?? type);
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

function describe(error: ErrorObject): Fault {
  const path = pathOf(error.instancePath);
  // What a person keeps secret stands in these; it is never repeated.
  const isPrivate = path.some((part) =>
    ['environment', 'args', 'content', 'options', 'labels'].includes(part),
  );
  const saw = isPrivate ? '' : ` (saw ${sample(error.data)})`;
  const param = (name: string): string => String(error.params[name]);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey([...path, param('additionalProperty')], error);
    case 'type':
      return { path, message: `must be ${either(wantedTypes(error))}${saw}` };
    case 'enum':
      return { path, message: `must be one of ${[error.params['allowedValues']].flat().join(', ')}${saw}` };
    case 'required':
      return {
        path,
        message: `${param('missingProperty')} is missing`,
        fix: `Add ${param('missingProperty')}.`,
        missing: param('missingProperty'),
      };
    case 'uniqueItems':
      return {
        path,
        message: `the entries ${param('j')} and ${param('i')} are the same`,
        fix: 'Remove one.',
        extra: [...path, String(Math.max(Number(param('i')), Number(param('j'))))],
      };
    case 'pattern':
      return {
        path,
        message: `is not written as it must be${saw}`,
        fix: `It must match ${param('pattern')}.`,
      };
    default:
      return { path, message: `${error.message ?? 'is not valid'}${saw}` };
  }
}

function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function sample(data: unknown): string {
  if (typeof data === 'object' && data !== null) return Array.isArray(data) ? 'a list' : 'a mapping';
  const text = JSON.stringify(data) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function unknownKey(path: NodePath, error: ErrorObject): Fault {
  const parent: unknown = error.parentSchema?.['properties'];
  const known = typeof parent === 'object' && parent !== null ? Object.keys(parent) : [];
  const key = path.at(-1) ?? '';
  const near = known.find((each) => isNear(each, key));
  return {
    path,
    isKey: true,
    message: 'this key is not known here',
    fix:
      near === undefined ? 'Remove it, or check its spelling and its indentation.' : `Did you mean ${near}?`,
  };
}

/** One letter more, less, other, or swapped with its neighbour; case and `-` for `_` do not count. */
function isNear(a: string, b: string): boolean {
  const [x, y] = [a, b]
    .map((text) => text.toLowerCase().replaceAll('-', '_'))
    .sort((p, q) => p.length - q.length);
  if (x === undefined || y === undefined || y.length - x.length > 1 || y.length < 3) return false;
  let at = 0;
  while (at < x.length && x[at] === y[at]) at += 1;
  const swapped = x.slice(at + 2) === y.slice(at + 2) && x[at] === y[at + 1] && x[at + 1] === y[at];
  return x.slice(at + 1) === y.slice(at + 1) || x.slice(at) === y.slice(at + 1) || swapped;
}
