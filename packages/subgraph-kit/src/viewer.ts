import { ForbiddenError, UnauthenticatedError, type Viewer } from '@tributary/service-kit';

export type UserViewer = Extract<Viewer, { kind: 'user' }>;

/** @throws UnauthenticatedError unless a person is signed in. */
export function requireUser(viewer: Viewer): UserViewer {
  if (viewer.kind === 'user') return viewer;
  throw new UnauthenticatedError('Sign in to do this.');
}

/** @throws UnauthenticatedError for anonymous callers, ForbiddenError for callers without the scope. */
export function requireScope(viewer: Viewer, scope: string): void {
  if (hasScope(viewer, scope)) return;
  if (viewer.kind === 'anonymous') throw new UnauthenticatedError('Sign in to do this.');
  throw new ForbiddenError(`This needs the scope ${scope}.`);
}

export function hasScope(viewer: Viewer, scope: string): boolean {
  return (viewer.scopes as readonly string[]).includes(scope);
}

/** Whether the caller is this very user. */
export function isSelf(viewer: Viewer, userId: string): boolean {
  return viewer.kind === 'user' && viewer.id === userId;
}
