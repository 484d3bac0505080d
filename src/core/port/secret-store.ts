/** A secret that an app was given; its value is read apart. */
export type AppSecret = { appId: number; name: string; updatedAt: number; updatedBy: number };

/** Secrets of apps, sealed at rest; see store.ts. */
export type SecretStore = {
  secrets: {
    /** By name. */
    list(appId: number): AppSecret[];
    /** Null = there is none of this name. */
    value(appId: number, name: string): string | null;
    /** In place of the one of this name. */
    set(secret: AppSecret & { value: string }): void;
    remove(appId: number, name: string): boolean;
  };
};
