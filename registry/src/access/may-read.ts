import { ForbiddenError } from '@tributary/service-kit';
import { assertMay, type Target, type Viewer } from './viewer.ts';

/** Whether it is there for the viewer at all. @throws UnauthenticatedError when nobody asks. */
export function mayRead(viewer: Viewer | undefined, target: Target): boolean {
  try {
    assertMay(viewer, 'read', target);
    return true;
  } catch (error) {
    if (error instanceof ForbiddenError) return false;
    throw error;
  }
}
