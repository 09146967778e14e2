import {
  BadRequestError,
  ClientError,
  InternalError,
  readJsonBody,
  sendJson,
  ServiceError,
  type Logger,
  type RouteHandler,
} from '@tributary/service-kit';
import { execute, GraphQLError, type GraphQLSchema } from 'graphql';
import { RequestRateLimitedError } from '../access/rate-limiter.ts';
import { assertMay } from '../access/viewer.ts';
import { createDocuments, GraphqlBody } from '../graphql-documents.ts';
import { describeDatabaseError } from '../store/database-unavailable.ts';
import type { PlatformContext, PlatformServices } from './platform-context.ts';
import { platformRoot } from './platform-root.ts';

/** rover has forty documents; its largest is 500 tokens long. */
const LIMITS = { maxTokens: 5_000, maxDepth: 16, maxDocuments: 100 };
/** Around a schema there are a few names and quotes; escapes make it longer. */
const BODY_FACTOR = 2;

const NULLS = { me: null, graph: null, variant: null, organization: null };

export interface PlatformRouteOptions extends PlatformServices {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
}

/**
 * POST /graphql for rover: always HTTP 200. rover repeats a request that got another status for half a minute, and
 * tells its user nothing; of one with errors it shows the messages, which some commands read at one place and some at
 * another.
 */
export function platformRoute({ schema, logger, ...services }: PlatformRouteOptions): RouteHandler {
  const documentOf = createDocuments(schema, LIMITS);
  // rover takes an answer without `data`, or without what it asked for that is never null, for no answer.
  const nothing = (): unknown => ({ ...NULLS, frontendUrlRoot: services.publicUrl() });
  return async (request, response) => {
    let answer: unknown;
    try {
      const key = request.headers['x-api-key'];
      const viewer = await services.admission.byKey(request, typeof key === 'string' ? key : undefined);
      // Nobody without a key has a schema parsed, or held in memory.
      if (viewer === undefined) assertMay(viewer, 'read', { graphId: '' });
      const body = GraphqlBody.safeParse(await readJsonBody(request, services.maxSchemaBytes * BODY_FACTOR));
      if (!body.success) throw new BadRequestError('The request body must be a JSON object with a "query".');
      const { query, variables, operationName } = body.data;
      const contextValue: PlatformContext = {
        ...services,
        viewer,
        operationName: operationName ?? undefined,
      };
      const { data, errors } = await execute({
        schema,
        document: documentOf(query),
        rootValue: platformRoot,
        contextValue,
        variableValues: variables ?? {},
        operationName: operationName ?? null,
      });
      answer =
        errors === undefined
          ? { data }
          : { data: data ?? nothing(), errors: errors.map((each) => present(each, logger)) };
    } catch (error) {
      // The rest of a body that was not read would be taken for the next request.
      response.setHeader('connection', 'close');
      if (error instanceof RequestRateLimitedError)
        response.setHeader('retry-after', error.retryAfterSeconds);
      answer = { data: nothing(), errors: [present(error, logger)] };
    }
    sendJson(response, 200, answer);
  };
}

function present(error: unknown, logger: Logger): unknown {
  const original = describeDatabaseError(
    error instanceof GraphQLError ? (error.originalError ?? error) : error,
  );
  const path = error instanceof GraphQLError ? error.path : undefined;
  const { message, code } = describe(original, logger);
  return {
    message,
    ...(path === undefined ? {} : { path }),
    extensions: { code, response: { body: { errors: [{ message }] } } },
  };
}

function describe(error: unknown, logger: Logger): { readonly message: string; readonly code: string } {
  if (error instanceof ClientError) return { message: error.message, code: error.code };
  if (error instanceof GraphQLError) return { message: error.message, code: 'BAD_REQUEST' };
  logger.error({ err: error }, 'platform request failed');
  if (error instanceof InternalError && error instanceof ServiceError)
    return { message: error.publicMessage, code: error.code };
  return { message: 'Something went wrong on our side.', code: 'INTERNAL_SERVER_ERROR' };
}
