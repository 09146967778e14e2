import type { JsonObject } from '../execution/own.ts';
import type { ConditionValues, OperationText } from '../planning/protocol.ts';
import { PlannerBusyError, PlanningTimeoutError } from '../planning/planning-errors.ts';
import type { KnownOperation } from '../supergraph/operations.ts';
import type { Snapshot } from '../supergraph/snapshot.ts';
import { inDocument, RequestRefusedError } from './request-refused-error.ts';

export type RunnableOperation = KnownOperation & { kind: 'valid' };

/** From a document's text to what executes it; a document that is known costs one look-up. */
export function findOperation(
  snapshot: Snapshot,
  text: OperationText,
  variables: JsonObject,
):
  | RunnableOperation
  | readonly RequestRefusedError[]
  | Promise<RunnableOperation | readonly RequestRefusedError[]> {
  const known = snapshot.operations.find(text, variables);
  return known === undefined ? waitForOperation(snapshot, text, variables) : runnable(known, text);
}

async function waitForOperation(
  snapshot: Snapshot,
  text: OperationText,
  variables: JsonObject,
): Promise<RunnableOperation | readonly RequestRefusedError[]> {
  try {
    return runnable(await snapshot.operations.prepare({ ...text, conditions: booleansIn(variables) }), text);
  } catch (error) {
    return [describePlanningError(error as Error)];
  }
}

const booleansIn = (variables: JsonObject): ConditionValues =>
  new Map(
    Object.entries(variables).flatMap(([name, value]) =>
      typeof value === 'boolean' ? [[name, value]] : value === null ? [[name, false]] : [],
    ),
  );

function runnable(
  known: KnownOperation,
  { text }: OperationText,
): RunnableOperation | readonly RequestRefusedError[] {
  if (known.kind === 'invalid') {
    return known.errors.map(
      ({ message, code, positions }) =>
        new RequestRefusedError(message, { code, status: 400, ...inDocument(text, positions) }),
    );
  }
  return known;
}

function describePlanningError(error: Error): RequestRefusedError {
  if (error instanceof PlanningTimeoutError)
    return new RequestRefusedError(`${error.message} Ask for less at once.`, {
      code: 'QUERY_PLANNING_TIMEOUT',
      status: 400,
    });
  if (error instanceof PlannerBusyError)
    return new RequestRefusedError(error.message, { code: 'SERVICE_UNAVAILABLE', status: 503 });
  return new RequestRefusedError(error.message, {
    code: 'QUERY_PLANNING_FAILED',
    status: 500,
    originalError: error,
  });
}
