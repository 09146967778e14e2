import type { ApolloServer } from '@apollo/server';
import {
  ClientError,
  errorBody,
  readJsonText,
  sendJson,
  sendToApolloServer,
  type RouteHandler,
} from '@tributary/service-kit';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Credentials } from '../auth/credentials.ts';
import { Cancellation, RequestCancelledError } from '../cancellation.ts';
import { isJsonObject, type JsonObject } from '../execution/own.ts';
import type { Answer } from '../pipeline/answer.ts';
import {
  answerOperation,
  type OperationRequest,
  type PipelineOptions,
} from '../pipeline/answer-operation.ts';
import { EXPOSE_PLAN_HEADER } from '../pipeline/expose-plan.ts';
import type { SharedAnswers } from '../pipeline/shared-answers.ts';
import type { GatewayContext } from '../request.ts';
import type { PersistedOperations } from '../persisted-operations/persisted-operations.ts';
import type { GatewayPlugin, PluginRequest } from '../plugins/gateway-plugin.ts';
import { PluginRun } from '../plugins/plugin-run.ts';
import type { Refusal } from '../persisted-operations/refusals.ts';
import type { CurrentSnapshot } from '../supergraph/current-snapshot.ts';
import type { OperationResult, RequestJournal } from '../telemetry/request-journal.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { TIMEOUT_HEADER } from '../deadline.ts';
import { Stage, whenAllIsDone } from '../stage.ts';
import { Admission } from './admission.ts';
import type { Overload } from './overload.ts';
import { chooseSnapshot } from './choose-snapshot.ts';
import { clientNameOf, documentOfBody, documentOfUrl, parseBody, type Asked } from './document-of-request.ts';
import { JSON_TYPE, responseMediaType } from './response-media-type.ts';
import { sendAnswer, sendBody } from './send-answer.ts';

export interface GraphqlDoorOptions {
  readonly snapshots: CurrentSnapshot;
  readonly pipeline: PipelineOptions;
  readonly credentials: Credentials;
  readonly apolloServer: ApolloServer<GatewayContext>;
  readonly persistedOperations: PersistedOperations;
  /** In their order. */
  readonly plugins: readonly GatewayPlugin[];
  /** Undefined: every query is answered on its own. */
  readonly sharedAnswers: Readonly<Record<'current' | 'canary', SharedAnswers>> | undefined;
  /** Longest request body, in bytes. */
  readonly maxBodyBytes: number;
  readonly overload: Overload;
  readonly telemetry: Telemetry;
}

/**
 * GraphQL over HTTP. A plain operation, POSTed as JSON, goes straight to the pipeline; whatever needs more than
 * that goes through Apollo Server to the same pipeline. A client cannot tell which way it took.
 *
 * @see https://graphql.github.io/graphql-over-http/draft/
 */
export function graphqlDoor(options: GraphqlDoorOptions): RouteHandler {
  const { snapshots, credentials, apolloServer, sharedAnswers, persistedOperations } = options;
  const { maxBodyBytes, overload, telemetry } = options;
  const admission = new Admission();
  const departures = new Stage(whenAllIsDone);
  const handle = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const journal = telemetry.begin(request, response);
    const cancellation = new Cancellation();
    const reason = overload.tryEnter();
    response.on('close', () => {
      telemetry.end(journal, response);
      if (reason === undefined) overload.leave();
      if (!response.writableFinished) cancellation.cancel();
    });
    if (reason !== undefined) {
      telemetry.metrics?.onShed(reason);
      sendRefusal(request, response, OVERLOADED, journal);
      return;
    }
    const text = request.method === 'POST' ? await readJsonText(request, maxBodyBytes) : undefined;
    const plugins =
      options.plugins.length === 0 ? undefined : new PluginRun(options.plugins, pluginRequest(request));
    if (plugins !== undefined) {
      const refusal = await plugins.onRequest();
      if (refusal !== undefined) {
        sendRefusal(request, response, refusal, journal);
        return;
      }
    }
    let caller: Caller;
    try {
      const identified = credentials.identify(request.headers);
      caller = identified instanceof Promise ? await identified : identified;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      journal.result = refused(error);
      if (error.status === 401) response.setHeader('www-authenticate', INVALID_TOKEN);
      sendJson(response, error.status, errorBody(error.code, error.message));
      return;
    }
    const mediaType = responseMediaType(request.headers.accept);
    if (mediaType === undefined) {
      journal.result = refused(NOT_ACCEPTABLE);
      sendJson(response, 406, errorBody(NOT_ACCEPTABLE.code, NOT_ACCEPTABLE.message));
      return;
    }
    const isPlain = text !== undefined && url.search === '';
    const sharedKey = isPlain ? sharedKeyOf(text, caller, request, options) : undefined;
    const inFlight =
      sharedKey === undefined || snapshots.canary !== undefined
        ? undefined
        : sharedAnswers?.current.join(sharedKey, cancellation);
    const respond = async (): Promise<void> => {
      const snapshot = chooseSnapshot(snapshots, { caller, incoming: request, journal }, response);
      const context: GatewayContext = {
        caller,
        cancellation,
        incoming: request,
        outgoing: response,
        mediaType,
        plugins,
        journal,
        snapshot,
      };
      let known: Asked<{ readonly body: JsonObject }> | undefined;
      if (isPlain) {
        const readBody = () =>
          (known = documentOfBody(parseBody(text), request.headers, persistedOperations));
        if (inFlight !== undefined) journal.cache = 'shared';
        const answer = await (inFlight ?? answerPlainRequest(sharedKey, readBody, context, options));
        if (answer !== undefined) {
          journal.result ??= answer.result;
          // Those who joined are all told now, in a row as it is.
          if (inFlight === undefined) await departures.turn();
          sendAnswer(request, response, mediaType, answer);
          return;
        }
      }
      const asked =
        text === undefined
          ? documentOfUrl(url, request.headers, persistedOperations)
          : (known ?? documentOfBody(parseBody(text), request.headers, persistedOperations));
      if ('refusal' in asked) {
        sendRefusal(request, response, asked.refusal, journal);
        return;
      }
      await sendToApolloServer(apolloServer, {
        request,
        response,
        url,
        body: undefined,
        ...asked,
        context,
        send: (written) => {
          sendBody(request, response, written);
        },
      });
    };
    // Whoever joins others has nothing to wait for.
    await (isPlain && inFlight === undefined ? admission.run(respond) : respond());
  };
  return (request, response, url) => handle(request, response, url).catch(unlessCancelled);
}

function unlessCancelled(error: unknown): void {
  if (!(error instanceof RequestCancelledError)) throw error;
}

/** What equal requests have in common that one answer may serve; undefined: this one is answered on its own. */
function sharedKeyOf(
  text: string,
  { key }: Caller,
  { headers }: IncomingMessage,
  { sharedAnswers, persistedOperations }: GraphqlDoorOptions,
): string | undefined {
  if (sharedAnswers === undefined || key !== '' || headers.cookie !== undefined) return undefined;
  // One who gives up sooner would take others' answers along.
  if (headers[TIMEOUT_HEADER] !== undefined || headers[EXPOSE_PLAN_HEADER] !== undefined) return undefined;
  return persistedOperations.dependsOnClient
    ? `${JSON.stringify(clientNameOf(headers) ?? null)}${text}`
    : text;
}

/** @returns undefined for a request that is not plain: Apollo Server knows what to say to it. */
function answerPlainRequest(
  sharedKey: string | undefined,
  readBody: () => Asked<{ readonly body: JsonObject }>,
  { caller, cancellation, incoming, plugins, journal, snapshot }: GatewayContext,
  { snapshots, pipeline, sharedAnswers }: GraphqlDoorOptions,
): Promise<Answer> | undefined {
  const shared =
    sharedKey === undefined
      ? undefined
      : sharedAnswers?.[snapshot === snapshots.current ? 'current' : 'canary'];
  const joined = sharedKey === undefined ? undefined : shared?.join(sharedKey, cancellation);
  if (joined !== undefined) {
    journal.cache = 'shared';
    return joined;
  }
  const asked = readBody();
  if ('refusal' in asked) return Promise.resolve(writeRefusal(asked.refusal));
  const plain = readPlainRequest(asked.body);
  if (plain === undefined) return undefined;
  const { text, operationName, variables } = plain;
  const answer = (own: Cancellation, onFound?: OperationRequest['onFound']): Promise<Answer> =>
    answerOperation(
      // Written out: objects spread into one another become dictionaries, slow to make and slow to read.
      {
        snapshot,
        text,
        operationName,
        variables,
        caller,
        cancellation: own,
        incoming,
        plugins,
        journal,
        onFound,
      },
      pipeline,
    );
  if (sharedKey === undefined || shared === undefined) return answer(cancellation);
  return shared.start(sharedKey, cancellation, (own, offer) =>
    answer(own, ({ compiled }) => {
      if (compiled.isQuery) offer();
    }),
  );
}

const pluginRequest = ({ method = 'GET', headers, socket }: IncomingMessage): PluginRequest => ({
  method,
  headers,
  address: socket.remoteAddress ?? '',
  responseHeaders: {},
  values: new Map(),
});

function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refused,
  journal: RequestJournal,
): void {
  journal.result = refused(refusal);
  const mediaType = responseMediaType(request.headers.accept) ?? JSON_TYPE;
  sendAnswer(request, response, mediaType, writeRefusal(refusal));
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 */
const INVALID_TOKEN = 'Bearer error="invalid_token"';

/** In the words of Apollo Server, which would say it after a mutation has run. */
const NOT_ACCEPTABLE = {
  code: 'BAD_REQUEST',
  message:
    "An 'accept' header was provided for this request which does not accept application/json; charset=utf-8 or application/graphql-response+json; charset=utf-8",
};

/** In the words of Apollo Router. A second later there may be room, here or at another instance. */
const OVERLOADED: Refused = {
  code: 'REQUEST_CONCURRENCY_LIMITED',
  message: 'Your request has been concurrency limited',
  status: 503,
  headers: { 'retry-after': '1' },
};

type Refused = Refusal & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
};

/** No cache may keep it: the next request may be taken. */
const writeRefusal = ({ code, message, status, extensions, headers }: Refused): Answer => ({
  status,
  body: `${JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }] })}\n`,
  headers: { 'cache-control': 'private, no-cache, must-revalidate', ...headers },
  result: refused({ code }),
});

const refused = ({ code }: Pick<Refused, 'code'>): OperationResult => ({
  operation: undefined,
  outcome: 'refused',
  errorCodes: [code],
});

/** What only a request of the right shape has. What clients say of themselves in `extensions` changes nothing. */
function readPlainRequest(
  body: JsonObject,
): Pick<OperationRequest, 'text' | 'operationName' | 'variables'> | undefined {
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' || query === '') return undefined;
  if (extensions !== undefined && extensions !== null && !isJsonObject(extensions)) return undefined;
  if (typeof operationName !== 'string' && operationName !== undefined && operationName !== null)
    return undefined;
  if (variables !== undefined && variables !== null && !isJsonObject(variables)) return undefined;
  return {
    text: query,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
  };
}
