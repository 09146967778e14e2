import { validate } from 'graphql';
import { setImmediate } from 'node:timers/promises';
import { overriddenLabels } from './overridden-labels.ts';
import type { Snapshot } from './snapshot.ts';

/** Nearly all requests of a front end are a few dozen operations. */
const MAX_OPERATIONS = 100;

/**
 * Compiles on the next snapshot what clients ask most on the current one, so that a change of schema does not
 * make every client wait for the planner at once. Other requests are served between two operations.
 */
export async function warmUp(next: Snapshot, current: Snapshot): Promise<void> {
  for (const operation of current.mostUsed(MAX_OPERATIONS)) {
    await setImmediate();
    // What the next schema does not allow any more is the client's to hear, when it asks.
    if (validate(next.apiSchema, operation.document).length > 0) continue;
    try {
      next.compile(operation, overriddenLabels(next.overrideLabels));
    } catch {
      // One operation that the planner refuses must not keep a new schema from all the others.
    }
  }
}
