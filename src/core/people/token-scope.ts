/** What a token may be limited to: looking, operating what exists, changing what runs, and the account itself. */
export const tokenVerbs = ['view', 'operate', 'deploy', 'manage'] as const;
export type TokenVerb = (typeof tokenVerbs)[number];
