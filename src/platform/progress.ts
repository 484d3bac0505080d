/** One line of a platform verb's progress; written as JSON, one per line. Times in milliseconds. */
export type ProgressLine = {
  at: number;
  /** `engine`, `image.traefik`, `part.opa` … */
  step: string;
  state: 'started' | 'progress' | 'done' | 'failed';
  text: string;
  done?: number;
  total?: number;
  unit?: 'bytes' | 'steps' | 'packages';
  elapsedMs?: number;
  estimateMs?: number;
};

export type Report = (line: Omit<ProgressLine, 'at'>) => void;
