import type { ApolloServer } from '@apollo/server';
import { GraphQLError, OperationTypeNode, type ExecutionResult } from 'graphql';
import { executeOperation } from '../execution/execute-operation.ts';
import type { GatewayContext } from '../request.ts';
import { createConnections } from '../subgraph-client/connections.ts';
import { createSender } from '../subgraph-client/create-sender.ts';
import type { CurrentSnapshot } from '../supergraph/current-snapshot.ts';
import { overriddenLabels } from '../supergraph/overridden-labels.ts';

type Gateway = NonNullable<ConstructorParameters<typeof ApolloServer<GatewayContext>>[0]['gateway']>;
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;
type Request = Parameters<Executor>[0];

/** Our executor in the place Apollo Server keeps for a gateway. */
export function createExecutingGateway(
  snapshots: CurrentSnapshot,
  timeoutMs: number,
  stopSource: () => void,
): Gateway {
  const connections = createConnections();
  const executor: Executor = async ({
    schema,
    context,
    document,
    queryHash,
    request,
    // Apollo Server leaves it to a gateway to say that there is none of the name that was asked for.
    operation,
  }: Partial<Pick<Request, 'operation'>> & Omit<Request, 'operation'>): Promise<ExecutionResult> => {
    if (operation === undefined) return { errors: [unknownOperation(request.operationName)] };
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) return { errors: [subscriptionRefused()] };
    const snapshot = snapshots.of(schema);
    const toCompile = { queryHash, document, operationName: request.operationName };
    const compiled = snapshot.compile(toCompile, overriddenLabels(snapshot.overrideLabels));
    const { caller, clientGone } = context as GatewayContext;
    return executeOperation(compiled, {
      schema,
      matches: snapshot.matches,
      variables: request.variables ?? {},
      send: createSender({ connections, urls: snapshot.subgraphUrls, caller, clientGone, timeoutMs }),
    });
  };
  return {
    load: () => Promise.resolve({ executor }),
    onSchemaLoadOrUpdate: (callback) =>
      snapshots.onChange(({ apiSchema, supergraphSdl }) => {
        callback({ apiSchema, coreSupergraphSdl: supergraphSdl });
      }),
    stop: async () => {
      stopSource();
      await connections.close();
    },
  };
}

const unknownOperation = (name: string | undefined): GraphQLError =>
  new GraphQLError(
    name === undefined
      ? 'The document has several operations: say which to run with "operationName".'
      : `The document has no operation named "${name}".`,
    { extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } } },
  );

const subscriptionRefused = (): GraphQLError =>
  new GraphQLError('This gateway answers queries and mutations; it does not serve subscriptions.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });
