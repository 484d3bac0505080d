import type { InstanceSpec } from '../service/engine-create.ts';

/** Why an instance is to be made. */
export type CreateReason = 'missing' | 'scale-out' | 'new-release' | 'healing';
/** Why an instance is to go. */
export type RetireReason =
  | 'scale-in'
  | 'replaced'
  | 'stopped'
  | 'deleted'
  | 'healing'
  | 'duplicate'
  | 'not-wanted';

/**
 * One effect on instances, as data: dry run, diff and preview are free. `retireInstance` is unroute (already done by the
 * plan's routes) → router confirmed → drained → stop signal → grace → kill → removed.
 */
export type Step =
  | {
      kind: 'createInstance';
      service: string;
      isCanary: boolean;
      release: number;
      slot: number;
      spec: InstanceSpec;
      /** Engine id of a dead instance of the same name, removed first. */
      replaces: string | null;
      /** Engine id of the failed instance that it stands in for, dead or alive; null = none. */
      heals: string | null;
      why: CreateReason;
    }
  | { kind: 'startInstance'; service: string; instance: string; id: string }
  | {
      kind: 'retireInstance';
      service: string;
      instance: string;
      id: string;
      graceMs: number | null;
      why: RetireReason;
    }
  | { kind: 'removeInstance'; service: string; instance: string; id: string; why: RetireReason };

export type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

/** Networks and volumes an app stands on; made before its instances. Deleting the app removes them. */
export type GroundStep =
  | { kind: 'ensureNetwork'; network: string }
  | { kind: 'ensureVolume'; volume: string }
  | { kind: 'attachRouter'; network: string };
