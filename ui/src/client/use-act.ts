import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

export type Act = {
  isBusy: boolean;
  error: Error | null;
  /** Does it, then reads everything again; resolves to whether it worked. */
  run: (what: () => Promise<unknown>) => Promise<boolean>;
  forget: () => void;
};

/** One thing a person asks for: whether it is under way, and why it was refused. */
export function useAct(): Act {
  const queries = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async (what: () => Promise<unknown>): Promise<boolean> => {
    setIsBusy(true);
    setError(null);
    try {
      await what();
      await queries.invalidateQueries();
      return true;
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      return false;
    } finally {
      setIsBusy(false);
    }
  };
  return { isBusy, error, run, forget: () => setError(null) };
}
