type Shipped = { title: string; user: AdmissionMode; admin: AdmissionMode };

/** The admission policies, and how much each counts for whom unless an administrator changes it (policies/admission). */
export const admissionPolicies = {
  P01: { title: 'privileged', user: 'deny', admin: 'warn' },
  P02: { title: 'host or foreign namespaces', user: 'deny', admin: 'warn' },
  P03: { title: 'capabilities', user: 'deny', admin: 'warn' },
  P04: { title: 'devices', user: 'deny', admin: 'warn' },
  P05: { title: 'weakened confinement', user: 'deny', admin: 'warn' },
  P06: { title: "the engine's socket", user: 'deny', admin: 'deny' },
  P07: { title: 'folders of the machine', user: 'deny', admin: 'warn' },
  P08: { title: 'volumes of others', user: 'deny', admin: 'warn' },
  P09: { title: 'propagation and memory as a disk', user: 'deny', admin: 'deny' },
  P10: { title: 'published ports', user: 'deny', admin: 'warn' },
  P11: { title: 'runs as root', user: 'warn', admin: 'audit' },
  P12: { title: 'limits', user: 'deny', admin: 'warn' },
  P13: { title: 'registry', user: 'deny', admin: 'warn' },
  P14: { title: 'moving image', user: 'warn', admin: 'audit' },
  P15: { title: 'fixable critical vulnerability', user: 'deny', admin: 'warn' },
  P16: { title: 'other vulnerabilities', user: 'warn', admin: 'audit' },
  P17: { title: 'no usable scan', user: 'deny', admin: 'warn' },
  P18: { title: 'trusted images', user: 'deny', admin: 'warn' },
  P19: { title: 'health check and writable files', user: 'warn', admin: 'audit' },
  P20: { title: 'secrets in the clear', user: 'deny', admin: 'warn' },
} as const satisfies Record<string, Shipped>;

export type PolicyId = keyof typeof admissionPolicies;

export function isPolicyId(text: string): text is PolicyId {
  return Object.hasOwn(admissionPolicies, text);
}

/** A refusal by these alone is one by the scan. */
export const scanPolicies: readonly PolicyId[] = ['P15', 'P16', 'P17'];

/** What an administrator makes of what a policy finds. `audit` is recorded and not shown to who deploys. */
export const admissionModes = ['deny', 'warn', 'audit', 'off'] as const;
export type AdmissionMode = (typeof admissionModes)[number];
