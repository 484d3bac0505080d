/** A deployment that a person made stop before its next step. Old and new instances go on serving; it goes on when told to. */
export type Pause = {
  /** The deployment; with its end the pause is over. */
  operationId: string;
  at: number;
  userId: number;
};
