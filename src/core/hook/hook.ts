/** Lets a CI job bring new images to one app, and do nothing else. It acts for the person who made it. */
export type DeployHook = {
  /** Unguessable: it is in the address. */
  id: string;
  appId: number;
  userId: number;
  name: string;
  /** The one service it may change; null = any of the app. */
  service: string | null;
  /** Else only images of the repository that the service runs already. */
  isAnyImage: boolean;
  createdAt: number;
  lastUsedAt: number | null;
};
