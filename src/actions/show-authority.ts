import { judgeAuthority } from '../core/certificate/leaf.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Authority } from '../core/port/certificates.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { routesOfRelease } from './app-routes.ts';

export type AuthorityView = Authority & {
  /** `ending`: what it issues now lasts no longer than itself. */
  state: ReturnType<typeof judgeAuthority>;
  /** Apps of the actor with routes that have TLS, by unique name. */
  apps: string[];
};

/** The authority that vouches for routes with TLS. Its certificate is public; made now if it was not needed before. */
export async function showAuthority(deps: ActionDeps, actor: Actor): Promise<AuthorityView> {
  return viewOf(deps, actor, await deps.certificates.authority());
}

/**
 * Issues every app's certificate anew; with `authority` by a new authority, which everybody has to trust again. For admins.
 * Apps get theirs with their next look, which begins at once; connections that are open stay.
 */
export async function renewCertificates(
  deps: ActionDeps,
  actor: Actor,
  { what }: { what: 'leaves' | 'authority' },
): Promise<AuthorityView> {
  if (actor.user.role !== 'admin')
    throw new CraneError('auth.forbidden', {
      message: 'Certificates are renewed by an admin.',
      fix: 'Ask one.',
    });
  const authority = await deps.certificates.renew(what);
  for (const app of deps.store.apps.list({ kind: 'all' })) deps.nudge(app.id);
  return viewOf(deps, actor, authority);
}

function viewOf(deps: ActionDeps, actor: Actor, authority: Authority): AuthorityView {
  const apps = deps.store.apps
    .list(scopeOf(actor))
    .filter((app) => routesOfRelease(deps.store, app).some(({ tls }) => tls !== 'off'))
    .map(({ uniqueName }) => uniqueName);
  return { ...authority, state: judgeAuthority(authority.notAfter, deps.clock.now()), apps };
}
