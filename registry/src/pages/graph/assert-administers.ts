import { ForbiddenError } from '@tributary/service-kit';
import { assertMay, type Viewer } from '../../access/viewer.ts';

/** @throws ForbiddenError unless the whole graph is theirs: a key of one variant must not make one for the others. */
export function assertAdministers(viewer: Viewer, graphId: string): void {
  assertMay(viewer, 'manage', { graphId });
  if (viewer.variant !== undefined)
    throw new ForbiddenError(`This API key is of variant ${viewer.variant}; this is about the whole graph.`);
}
