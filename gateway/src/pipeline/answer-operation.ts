import type { Caller } from '../auth/credentials.ts';
import type { Cancellation } from '../cancellation.ts';
import { executeOperation } from '../execution/execute-operation.ts';
import type { JsonObject } from '../execution/own.ts';
import { createSender, type SubgraphClient } from '../subgraph-client/create-sender.ts';
import { overriddenLabels } from '../supergraph/overridden-labels.ts';
import type { Snapshot } from '../supergraph/snapshot.ts';
import type { Answer, Outcome } from './answer.ts';
import { checkVariables } from './check-variables.ts';
import { findOperation, type RunnableOperation } from './find-operation.ts';
import { writeAnswer, type FormatError } from './write-answer.ts';

/** One operation a client asks for. */
export interface OperationRequest {
  readonly snapshot: Snapshot;
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: JsonObject;
  readonly caller: Caller;
  readonly cancellation: Cancellation;
  /** Told what the operation is before it runs. */
  readonly onFound?: (operation: RunnableOperation) => void;
}

/** What all requests have in common. */
export interface PipelineOptions {
  readonly client: SubgraphClient;
  /** Most entities that one request to a subgraph asks for. */
  readonly maxEntities: number;
  readonly formatError: FormatError;
}

/** A request's way, stage by stage: find the operation, check its variables, execute it, write the answer. */
export async function answerOperation(request: OperationRequest, options: PipelineOptions): Promise<Answer> {
  return writeAnswer(await run(request, options), options.formatError);
}

async function run(request: OperationRequest, { client, maxEntities }: PipelineOptions): Promise<Outcome> {
  const { snapshot, text, operationName, variables, caller, cancellation } = request;
  const overridden = overriddenLabels(snapshot.overrideLabels);
  const found = findOperation(snapshot, { text, operationName, overridden }, variables);
  const operation = found instanceof Promise ? await found : found;
  if (isRefused(operation)) return { errors: operation };
  request.onFound?.(operation);

  const { compiled, definition, lifted } = operation;
  const errors = checkVariables(snapshot.apiSchema, definition, variables);
  if (errors.length > 0) return { errors };

  const send = createSender({ client, urls: snapshot.subgraphUrls, caller, cancellation });
  return executeOperation(compiled, { variables, lifted, send, maxEntities });
}

const isRefused = <T>(value: T): value is Extract<T, readonly unknown[]> => Array.isArray(value);
