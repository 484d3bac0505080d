import type { AdmissionQuestion, Violation } from '../../core/admission/admission.ts';
import { admissionPolicies, type PolicyId } from '../../core/admission/policies.ts';

type Found = Pick<Violation, 'path' | 'field' | 'msg' | 'fix'> & { policy: PolicyId; finding?: string };

/**
 * A few of the shipped policies (policies/admission), for unit tests and development without a policy engine: privileged
 * instances, namespaces of the machine, critical vulnerabilities that can be fixed, and scans that failed.
 */
export function findViolations(question: AdmissionQuestion): Violation[] {
  const { actor, settings, exceptions, now, app, service } = question;
  const role = actor.role === 'admin' ? 'admin' : 'user';
  return search(question).flatMap(({ policy, ...found }): Violation[] => {
    const mode = settings.modes[role]?.[policy] ?? admissionPolicies[policy][role];
    const isExcepted = exceptions.some(
      (each) =>
        each.policy === policy &&
        each.expiresAt > now &&
        (each.app ?? app) === app &&
        (each.service ?? service) === service,
    );
    if (mode === 'off') return [];
    const { title } = admissionPolicies[policy];
    return [{ policy, title, severity: 'critical', mode: isExcepted ? 'excepted' : mode, ...found }];
  });
}

function search({ create, exec, scan, service }: AdmissionQuestion): Found[] {
  const host = create?.HostConfig ?? {};
  const found: Found[] = [];
  const add = (policy: PolicyId, key: string, field: string, msg: string): void => {
    found.push({ policy, path: `/${key}`, field, msg: `${service} ${msg}`, fix: `Remove ${field}.` });
  };
  if (host.Privileged === true || exec?.privileged === true)
    add('P01', 'HostConfig/Privileged', 'privileged', 'runs privileged');
  if (host.PidMode === 'host') add('P02', 'HostConfig/PidMode', 'pid', 'shares the pid namespace');
  if (scan?.state === 'failed') add('P17', 'Image', 'image', 'could not be scanned');
  for (const { id, severity, fixed, isWaived } of scan?.findings ?? [])
    if (severity === 'CRITICAL' && fixed !== null && !isWaived)
      found.push({
        policy: 'P15',
        path: '/Image',
        field: 'image',
        finding: id,
        msg: `${service} has ${id} (CRITICAL)`,
        fix: 'Update the image.',
      });
  return found;
}
