/**
 * Whose objects may be seen: those that a person owns, also those that groups share with them, or all; of these `only` the apps with these ids.
 * Repositories take it as a mandatory argument; what is outside does not exist.
 */
export type Scope = ({ kind: 'owner' | 'member'; userId: number } | { kind: 'all' }) & {
  only?: readonly number[];
};
