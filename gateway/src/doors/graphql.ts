import type { ApolloServer } from '@apollo/server';
import {
  BadRequestError,
  ClientError,
  errorBody,
  readJsonText,
  sendJson,
  sendToApolloServer,
  type RouteHandler,
} from '@tributary/service-kit';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, Credentials } from '../auth/credentials.ts';
import { Cancellation, RequestCancelledError } from '../cancellation.ts';
import { parseJson } from '../execution/json.ts';
import { isJsonObject, type JsonObject } from '../execution/own.ts';
import type { Answer } from '../pipeline/answer.ts';
import {
  answerOperation,
  type OperationRequest,
  type PipelineOptions,
} from '../pipeline/answer-operation.ts';
import type { RunnableOperation } from '../pipeline/find-operation.ts';
import type { SharedAnswers } from '../pipeline/shared-answers.ts';
import type { GatewayContext } from '../request.ts';
import type { CurrentSnapshot } from '../supergraph/current-snapshot.ts';
import { Admission } from './admission.ts';
import { responseMediaType } from './response-media-type.ts';
import { sendAnswer, sendBody } from './send-answer.ts';

export interface GraphqlDoorOptions {
  readonly snapshots: CurrentSnapshot;
  readonly pipeline: PipelineOptions;
  readonly credentials: Credentials;
  readonly apolloServer: ApolloServer<GatewayContext>;
  /** Undefined: every query is answered on its own. */
  readonly sharedAnswers: SharedAnswers | undefined;
  /** Longest request body, in bytes. */
  readonly maxBodyBytes: number;
}

/**
 * GraphQL over HTTP. A plain operation, POSTed as JSON, goes straight to the pipeline; whatever needs more than
 * that goes through Apollo Server to the same pipeline. A client cannot tell which way it took.
 *
 * @see https://graphql.github.io/graphql-over-http/draft/
 */
export function graphqlDoor(options: GraphqlDoorOptions): RouteHandler {
  const { credentials, apolloServer, maxBodyBytes } = options;
  const admission = new Admission();
  const handle: RouteHandler = async (request, response, url) => {
    const cancellation = new Cancellation();
    response.once('close', () => {
      if (!response.writableFinished) cancellation.cancel();
    });
    const text = request.method === 'POST' ? await readJsonText(request, maxBodyBytes) : undefined;
    let caller: Caller;
    try {
      const identified = credentials.identify(request.headers);
      caller = identified instanceof Promise ? await identified : identified;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      sendJson(response, error.status, errorBody(error.code, error.message));
      return;
    }
    const mediaType =
      text === undefined || url.search !== '' ? undefined : responseMediaType(request.headers.accept);
    if (text !== undefined && mediaType !== undefined) {
      await admission.enter();
      const answer = await answerPlainRequest(text, request.headers, caller, cancellation, options);
      if (answer !== undefined) {
        sendAnswer(request, response, mediaType, answer);
        return;
      }
    }
    const body = text === undefined ? undefined : parseBody(text);
    await sendToApolloServer(apolloServer, {
      request,
      response,
      url,
      body,
      context: { caller, cancellation },
      send: (written) => {
        sendBody(request, response, written);
      },
    });
  };
  return async (request, response, url) => {
    try {
      await handle(request, response, url);
    } catch (error) {
      if (!(error instanceof RequestCancelledError)) throw error;
    }
  };
}

/** @returns undefined for a request that is not plain: Apollo Server knows what to say to it. */
function answerPlainRequest(
  text: string,
  headers: IncomingHttpHeaders,
  caller: Caller,
  cancellation: Cancellation,
  { snapshots, pipeline, sharedAnswers }: GraphqlDoorOptions,
): Promise<Answer> | undefined {
  const isAnonymous = caller.key === '' && headers.cookie === undefined;
  const shared = isAnonymous ? sharedAnswers : undefined;
  const joined = shared?.join(text, cancellation);
  if (joined !== undefined) return joined;
  const plain = readPlainRequest(parseBody(text));
  if (plain === undefined) return undefined;
  const request: OperationRequest = { snapshot: snapshots.current, ...plain, caller, cancellation };
  if (shared === undefined) return answerOperation(request, pipeline);
  return shared.start(text, cancellation, (own, offer) => {
    const onFound = ({ compiled }: RunnableOperation): void => {
      if (compiled.isQuery) offer();
    };
    return answerOperation({ ...request, cancellation: own, onFound }, pipeline);
  });
}

function parseBody(text: string): JsonObject {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch {
    throw new BadRequestError('The request body is not valid JSON.');
  }
  if (!isJsonObject(body))
    throw new BadRequestError('The request body must be a JSON object with a "query".');
  return body;
}

/** What only a request without persisted queries and of the right shape has. */
function readPlainRequest(
  body: JsonObject,
): Pick<OperationRequest, 'text' | 'operationName' | 'variables'> | undefined {
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' || query === '') return undefined;
  if (extensions !== undefined && extensions !== null) return undefined;
  if (typeof operationName !== 'string' && operationName !== undefined && operationName !== null)
    return undefined;
  if (variables !== undefined && variables !== null && !isJsonObject(variables)) return undefined;
  return {
    text: query,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
  };
}
