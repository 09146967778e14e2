import type { OperationText } from '../planning/protocol.ts';
import { overriddenLabels } from './overridden-labels.ts';
import type { Snapshot } from './snapshot.ts';

/** Nearly all requests of a front end are a few dozen operations. */
const MAX_OPERATIONS = 100;

/**
 * Prepares on the next snapshot what clients ask most on the current one, so that a change of schema does not
 * make every client wait for the planner at once.
 */
export async function warmUp(next: Snapshot, current: Snapshot): Promise<void> {
  for (const { text, operationName, conditions, permissions } of current.operations.mostUsed(
    MAX_OPERATIONS,
  )) {
    const operation: OperationText = {
      text,
      operationName,
      overridden: overriddenLabels(next.overrideLabels),
      permissions: next.permissions.filter((each) => permissions.includes(each)),
    };
    if (next.operations.find(operation, Object.fromEntries(conditions)) !== undefined) continue;
    try {
      await next.operations.prepare({ ...operation, conditions });
    } catch {
      // One operation that cannot be planned must not keep a new schema from all the others.
    }
  }
}
