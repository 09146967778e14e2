import { ForbiddenError } from '@tributary/service-kit';
import { assertMay, isAllowed, type Viewer } from './viewer.ts';

/** Whether the whole graph is theirs. */
export const administers = (viewer: Viewer): boolean =>
  isAllowed(viewer, 'manage') && viewer.variant === undefined;

/**
 * Keys, and who did what, are of the whole graph: a key of one variant must not make one for the others.
 *
 * @throws UnauthenticatedError, ForbiddenError unless the whole graph is theirs.
 */
export function assertAdministers(viewer: Viewer | undefined, graphId: string): Viewer {
  const administrator = assertMay(viewer, 'manage', { graphId });
  if (administrator.variant !== undefined)
    throw new ForbiddenError(
      `This API key is of variant ${administrator.variant}; this is about the whole graph.`,
    );
  return administrator;
}
