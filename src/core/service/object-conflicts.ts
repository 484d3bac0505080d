import type { AppNames } from '../app/app.ts';
import { platformNetworkName } from '../network/subnets.ts';
import type { ComposeProject } from '../compose/compose-project.ts';

/** An app and the model it is, or is to be, deployed from; `label` is how it is called in a message to the other. */
export type ObjectOwner = Pick<AppNames, 'engineName'> & { label: string; project: ComposeProject };

/** A network or volume that the file gives a name of its own. `path` leads to it in the model. */
export type NamedObject = { kind: 'network' | 'volume'; name: string; path: readonly string[] };

/** Those whose name the file chooses; external ones are not the app's. */
export function namedObjects({
  engineName,
  project,
}: Pick<ObjectOwner, 'engineName' | 'project'>): NamedObject[] {
  return (['network', 'volume'] as const).flatMap((kind) =>
    Object.entries(project[`${kind}s`] ?? {}).flatMap(([key, object]) => {
      const { name, external } = object ?? {};
      // A file that is not an app's yet has its own name before the key.
      const given = [`${engineName}_${key}`, `${project.name}_${key}`];
      if (name === undefined || external === true || given.includes(name)) return [];
      return [{ kind, name, path: [`${kind}s`, key, 'name'] }];
    }),
  );
}

/**
 * Names that an app chose and must not have: those that Crane gives (they begin with `prefix`), to apps there are and to apps to come, and those
 * that another app chose. Who had one would be on the other's network, or read its data.
 */
export function objectConflicts({
  prefix,
  own,
  others,
}: {
  prefix: string;
  own: ObjectOwner;
  others: readonly ObjectOwner[];
}): { path: readonly string[]; message: string }[] {
  const first = platformNetworkName(prefix);
  const keyOf = ({ kind, name }: NamedObject): string => `${kind} ${name}`;
  const taken = new Map(
    others.flatMap((other) => namedObjects(other).map((object) => [keyOf(object), other.label])),
  );
  return namedObjects(own).flatMap((object) => {
    const { kind, name, path } = object;
    if (name.startsWith(`${prefix}-`))
      return [
        { path, message: `names of a ${kind} that begin with ${prefix}- are Crane’s own (saw ${name})` },
      ];
    if (kind === 'network' && name <= first)
      return [{ path, message: `no network of an app comes before ${first} by name (saw ${name})` }];
    const holder = taken.get(keyOf(object));
    return holder === undefined ? [] : [{ path, message: `the ${kind} ${name} belongs to ${holder}` }];
  });
}
