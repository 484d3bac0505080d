import type { ComposeProject } from '../compose/compose-project.ts';
import type { Position } from '../compose/positions.ts';
import { placeOf, type ComposeProblem } from '../compose/report.ts';
import { CraneError, type ErrorDetail } from '../error/crane-error.ts';
import { scanPolicies, type PolicyId } from './policies.ts';
import type { AdmissionReport, ServiceViolation } from './admission.ts';

/** Where the people's file says what a policy found; absent positions: only the path is told. */
export type Written = { project: ComposeProject; positions?: ReadonlyMap<string, Position> };

const capabilityName = (text: string): string => text.trim().toUpperCase().replace(/^CAP_/, '');

/** How to find the entry of a list that a policy names by what it saw. */
const entries: Readonly<Record<string, (entry: unknown, seen: string) => boolean>> = {
  cap_add: (entry, seen) => typeof entry === 'string' && capabilityName(entry) === seen,
  security_opt: (entry, seen) => entry === seen,
  volumes: (entry, seen) => hasField(entry, 'target', seen) || hasField(entry, 'source', seen),
  ports: (entry, seen) => hasField(entry, 'target', seen.split('/')[0] ?? ''),
  tmpfs: (entry, seen) => typeof entry === 'string' && entry.split(':')[0] === seen,
};

function hasField(entry: unknown, key: string, value: string): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  return Object.entries(entry).some(([name, held]) => name === key && String(held) === value);
}

/** The path in the compose file: `['services', 'web', 'cap_add', '1']`. */
export function pathOf({ service, field, seen }: ServiceViolation, project: ComposeProject): string[] {
  const path = ['services', service, field];
  if (seen === undefined) return path;
  const held: unknown = Object.entries(project.services[service] ?? {}).find(([key]) => key === field)?.[1];
  if (field === 'environment') return [...path, seen];
  const isEntry = entries[field];
  if (!Array.isArray(held) || isEntry === undefined) return path;
  const index = held.findIndex((entry) => isEntry(entry, seen));
  return index < 0 ? path : [...path, String(index)];
}

/** One violation as people are told of it, with the place in the file where there is one. */
export function detailOf(violation: ServiceViolation, written: Written | null): ErrorDetail {
  const { policy, title, msg, fix } = violation;
  const path =
    written === null ? ['services', violation.service, violation.field] : pathOf(violation, written.project);
  const at = written?.positions === undefined ? null : placeOf(path, written.positions);
  return {
    pointer: `/${path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
    ...(at === null ? {} : { place: `${at.file}:${at.line}:${at.column}` }),
    message: `${policy} ${title}: ${msg}`,
    fix,
  };
}

/** What is told with a refusal: all violations that deny, at once. Null when it is none. */
export function refusalOf(report: AdmissionReport, written: Written | null): CraneError | null {
  if (report.isAllowed) return null;
  const denied = report.violations.filter(({ mode }) => mode === 'deny');
  const [first] = denied;
  const isByScan = denied.length > 0 && denied.every(({ policy }) => scanPolicies.includes(policy));
  const errors = denied.map((violation) => detailOf(violation, written));
  const place = errors[0]?.place === undefined ? '' : `${errors[0].place} `;
  const more = denied.length > 1 ? ` (and ${denied.length - 1} more)` : '';
  return new CraneError(isByScan ? 'scan.blocked' : 'policy.denied', {
    message:
      first === undefined
        ? 'The policies in force do not allow this.'
        : `${place}${errors[0]?.message ?? first.msg}${more}`,
    fix: first?.fix ?? 'Ask an administrator: crane policy ls',
    errors,
  });
}

/** A violation as a remark on the file. */
export function remarkOf(violation: ServiceViolation, written: Written): ComposeProblem {
  const path = pathOf(violation, written.project);
  return {
    ...placeOf(path, written.positions ?? new Map()),
    path: path.join('.'),
    message: `${violation.policy} ${violation.title}: ${violation.msg}`,
    fix: violation.fix,
  };
}

/** The policies that were found to be broken, each once, for a short text. */
export function policiesOf(violations: readonly Pick<ServiceViolation, 'policy'>[]): PolicyId[] {
  return [...new Set(violations.map(({ policy }) => policy))].sort();
}
