/** The generated compose file of a deployment: a regenerable copy for people to look at; nothing later depends on it. */
export type WorkFiles = {
  /** Written atomically into a private folder; returns the path. */
  write(app: string, text: string): Promise<string>;
  /** Removes it when the configuration says so (`REMOVE_TEMP_FILES`). */
  finish(app: string): Promise<void>;
};
