import {
  BadRequestError,
  ClientError,
  readJsonBody,
  sendJson,
  type Logger,
  type RouteHandler,
} from '@tributary/service-kit';
import { buildSchema, execute, type DocumentNode } from 'graphql';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Admission } from '../access/admission.ts';
import { RequestRateLimitedError } from '../access/rate-limiter.ts';
import { assertMay, UnknownKeyError } from '../access/viewer.ts';
import { formatGraphRef, parseGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import type { GraphStore } from '../graphs/graph-store.ts';
import { createDocuments, GraphqlBody } from '../graphql-documents.ts';
import type { PersistedOperationStore } from '../persisted-operations/persisted-operation-store.ts';
import { idOfLaunch } from './id-of-launch.ts';
import { MANIFESTS_PATH } from './manifest-route.ts';

export interface UplinkOptions {
  readonly graphs: GraphStore;
  readonly persisted: PersistedOperationStore;
  readonly admission: Admission;
  /** Where gateways reach the registry, without a trailing slash. */
  readonly publicUrl: () => string;
  /** What gateways are asked to wait between two looks. */
  readonly minDelaySeconds: number;
  readonly logger: Logger;
}

const MAX_BODY_BYTES = 20_000;
/** Gateways have a few documents, all short. */
const LIMITS = { maxTokens: 500, maxDepth: 16, maxDocuments: 20 };

interface Ask {
  readonly ref: string;
  readonly apiKey: string;
  readonly ifAfterId?: string | null;
}

/** POST /uplink: where gateways look for a newer supergraph. @see https://www.apollographql.com/docs/graphos/routing/uplink */
export async function uplinkRoute(options: UplinkOptions): Promise<RouteHandler> {
  const schema = buildSchema(await readFile(new URL('./uplink.graphql', import.meta.url), 'utf8'));
  const rootValue = uplinkRoot(options);
  const documentOf = createDocuments(schema, LIMITS);
  return async (request, response) => {
    const body = GraphqlBody.safeParse(await readJsonBody(request, MAX_BODY_BYTES));
    if (!body.success) throw new BadRequestError('The request body must be a JSON object with a "query".');
    const { query, variables, operationName } = body.data;
    let document: DocumentNode;
    try {
      document = documentOf(query);
    } catch (error) {
      throw new BadRequestError((error as Error).message);
    }
    // An `errors` key, even an empty one, makes Apollo Gateway throw the answer away.
    const result = await execute({
      schema,
      document,
      rootValue,
      contextValue: request,
      variableValues: variables ?? {},
      operationName: operationName ?? null,
    });
    sendJson(response, 200, result);
  };
}

function uplinkRoot({ graphs, persisted, admission, publicUrl, minDelaySeconds, logger }: UplinkOptions) {
  const authorized = async <T>(ask: Ask, request: IncomingMessage, answer: (ref: GraphRef) => Promise<T>) => {
    try {
      const ref = parseGraphRef(ask.ref);
      const viewer = await admission.byKey(request, ask.apiKey);
      if (viewer === undefined) throw new UnknownKeyError();
      if (ref === undefined) return fetchError('UNKNOWN_REF', 'A graph is named as GRAPH@VARIANT.');
      assertMay(viewer, 'read', ref);
      return await answer(ref);
    } catch (error) {
      if (error instanceof UnknownKeyError) return fetchError('AUTHENTICATION_FAILED', error.message);
      // In the protocol's own words: by HTTP, a gateway would be told to look elsewhere.
      if (error instanceof RequestRateLimitedError)
        return fetchError('RETRY_LATER', error.message, error.retryAfterSeconds);
      if (error instanceof ClientError) return fetchError('ACCESS_DENIED', error.message);
      logger.error({ err: error }, 'uplink request failed');
      return fetchError('RETRY_LATER', 'The registry cannot read its database.');
    }
  };
  const fetchError = (code: string, message: string, retryAfterSeconds = 0) => ({
    __typename: 'FetchError',
    code,
    message,
    minDelaySeconds: Math.max(minDelaySeconds, retryAfterSeconds),
  });
  const unchanged = (id: string) => ({ __typename: 'Unchanged', id, minDelaySeconds });
  return {
    routerConfig: (ask: Ask, request: IncomingMessage) =>
      authorized(ask, request, async (ref) => {
        const version = await graphs.servedVersion(ref);
        if (version !== undefined && idOfLaunch(version) === ask.ifAfterId)
          return unchanged(idOfLaunch(version));
        const served = version === undefined ? undefined : await graphs.served(ref);
        if (served === undefined)
          return fetchError(
            'UNKNOWN_REF',
            `${formatGraphRef(ref)} has no supergraph: nothing that composes was published.`,
          );
        return {
          __typename: 'RouterConfigResult',
          id: idOfLaunch(served),
          supergraphSDL: served.supergraphSdl,
          minDelaySeconds,
          messages: [],
        };
      }),
    persistedQueries: (ask: Ask, request: IncomingMessage) =>
      authorized(ask, request, async (ref) => {
        const latest = await persisted.latestRevision(ref);
        const id = latest?.manifestHash ?? NO_OPERATIONS;
        if (id === ask.ifAfterId) return unchanged(id);
        const chunks = latest === undefined ? null : [{ id, urls: [publicUrl() + MANIFESTS_PATH + id] }];
        return { __typename: 'PersistedQueriesResult', id, minDelaySeconds, chunks };
      }),
    routerEntitlements: (ask: Ask, request: IncomingMessage) =>
      authorized(ask, request, async () =>
        ask.ifAfterId === NO_LICENCE
          ? unchanged(NO_LICENCE)
          : { __typename: 'RouterEntitlementsResult', id: NO_LICENCE, minDelaySeconds, entitlement: null },
      ),
  };
}

const NO_OPERATIONS = 'none';
const NO_LICENCE = 'none';
