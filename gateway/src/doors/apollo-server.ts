import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { createErrorFormatter, type Logger } from '@tributary/service-kit';
import { getOperationAST, Kind, OperationTypeNode, parse, type DocumentNode } from 'graphql';
import { RequestCancelledError } from '../cancellation.ts';
import { statusFor, type Answer } from '../pipeline/answer.ts';
import {
  answerOperation,
  type OperationRequest,
  type PipelineOptions,
} from '../pipeline/answer-operation.ts';
import { isGraphqlResponse } from './response-media-type.ts';
import { withVary } from './vary.ts';
import type { GatewayContext } from '../request.ts';
import type { CurrentSnapshot } from '../supergraph/current-snapshot.ts';
import type { Snapshot } from '../supergraph/snapshot.ts';

type Gateway = NonNullable<ConstructorParameters<typeof ApolloServer<GatewayContext>>[0]['gateway']>;
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

export interface ApolloServerOptions {
  readonly snapshots: CurrentSnapshot;
  readonly pipeline: PipelineOptions;
  readonly introspection: boolean;
  /** Headers of which a request that needs no preflight must have one; undefined: none. */
  readonly csrfHeaders: readonly string[] | undefined;
  /** Most lexical tokens of a document. */
  readonly maxTokens: number;
  readonly logger: Logger;
}

/**
 * Apollo Server as the front for what it is good at: GET, CSRF prevention, requests of the wrong shape.
 * What an operation answers is ours; it is written already when Apollo Server gets it.
 */
export async function startApolloServer({
  snapshots,
  pipeline,
  introspection,
  csrfHeaders,
  maxTokens,
  logger,
}: ApolloServerOptions): Promise<ApolloServer<GatewayContext>> {
  const executor: Executor = async ({ source, request, context }) => {
    const { caller, cancellation, incoming, plugins, journal, snapshot } = context as GatewayContext;
    const operation: OperationRequest = {
      snapshot,
      text: source,
      operationName: request.operationName,
      variables: request.variables ?? {},
      caller,
      cancellation,
      incoming,
      plugins,
      journal,
    };
    return { data: { [WRITTEN]: await answerOperation(operation, pipeline).catch(unlessCancelled) } };
  };
  const server = new ApolloServer<GatewayContext>({
    gateway: {
      load: () => Promise.resolve({ executor }),
      onSchemaLoadOrUpdate: (callback) => {
        const tell = ({ apiSchema, supergraphSdl }: Snapshot): void => {
          callback({ apiSchema, coreSupergraphSdl: supergraphSdl });
        };
        snapshots.onChange(tell);
        tell(snapshots.current);
        return () => undefined;
      },
      stop: () => Promise.resolve(),
    },
    introspection,
    csrfPrevention: csrfHeaders !== undefined && { requestHeaders: [...csrfHeaders] },
    parseOptions: { maxLexicalTokens: maxTokens },
    documentStore: null,
    persistedQueries: false,
    formatError: createErrorFormatter(logger, true),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    stringifyResult: ({ data, ...rest }) =>
      writtenAnswer(data)?.body.toString() ?? `${JSON.stringify({ ...rest, data })}\n`,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // With a key in the environment, which may be that of another registry, it would report to Apollo by itself.
      // What is reported, and to whom, is said by `telemetry.apollo`.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      useWrittenAnswers(maxTokens),
    ],
    logger,
  });
  await server.start();
  return server;
}

/** Apollo Server would take it for a failure, and report it; nobody reads what it sends instead. */
const unlessCancelled = (error: unknown): Answer => {
  if (error instanceof RequestCancelledError) return { status: 200, body: '' };
  throw error;
};

/** Carries a written answer through Apollo Server. */
const WRITTEN = Symbol('written');

const writtenAnswer = (data: unknown): Answer | undefined =>
  typeof data === 'object' && data !== null ? (data as { [WRITTEN]?: Answer })[WRITTEN] : undefined;

const useWrittenAnswers = (maxTokens: number): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      // Parsing and validating are done by the pipeline, off this thread. What Apollo Server needs to know of the
      // document is the kind of operation: a GET must not change anything.
      didResolveSource: (context) => {
        Object.assign(context, {
          document: outline(context.source, context.request.operationName, maxTokens),
        });
        return Promise.resolve();
      },
      willSendResponse: ({ response, contextValue }) => {
        const answer =
          response.body.kind === 'single' ? writtenAnswer(response.body.singleResult.data) : undefined;
        if (answer !== undefined) {
          const { mediaType } = contextValue;
          response.http.status = statusFor(answer, isGraphqlResponse(mediaType));
          response.http.headers.set('content-type', mediaType);
          for (const [name, value] of Object.entries(answer.headers ?? {}))
            if (name === 'vary')
              response.http.headers.set(name, withVary(contextValue.outgoing, String(value)));
            else if (typeof value === 'string') response.http.headers.set(name, value);
            else contextValue.outgoing.setHeader(name, value);
        }
        return Promise.resolve();
      },
    }),
});

/** The document as far as it can be read; what is wrong with it the pipeline says. */
function outline(source: string, operationName: string | undefined, maxTokens: number): DocumentNode {
  try {
    const document = parse(source, { maxLexicalTokens: maxTokens, noLocation: true });
    if (getOperationAST(document, operationName) !== null) return document;
  } catch {
    // Said by the pipeline.
  }
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        ...(operationName === undefined ? {} : { name: { kind: Kind.NAME, value: operationName } }),
        selectionSet: { kind: Kind.SELECTION_SET, selections: [] },
      },
    ],
  };
}
