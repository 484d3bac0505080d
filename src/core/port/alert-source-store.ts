import type { AlertSource } from '../alert/alert-source.ts';

/** Other monitoring systems that tell alerts. */
export type AlertSourceStore = {
  /** `hash` = SHA-256 of its secret, hex. */
  create(source: Omit<AlertSource, 'lastUsedAt'> & { hash: string }): AlertSource;
  find(id: string): (AlertSource & { hash: string }) | null;
  /** Oldest first. */
  list(userId: number): AlertSource[];
  remove(userId: number, id: string): boolean;
  markUsed(id: string, at: number): void;
};
