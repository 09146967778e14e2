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
  // Labels that are new apply as they would to anybody; of the others an operation keeps those it was asked with.
  const added = overriddenLabels(
    next.overrideLabels.filter((label) => !current.overrideLabels.includes(label)),
  );
  for (const { text, operationName, conditions, permissions, overridden } of current.operations.mostUsed(
    MAX_OPERATIONS,
  )) {
    const operation: OperationText = {
      text,
      operationName,
      overridden: next.overrideLabels.filter((label) => overridden.includes(label) || added.includes(label)),
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
