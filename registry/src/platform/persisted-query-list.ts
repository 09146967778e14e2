import { BadUserInputError } from '@tributary/service-kit';
import { actorOf, assertMay } from '../access/viewer.ts';
import { formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import type { PersistedOperation } from '../persisted-operations/persisted-operation.ts';
import { OperationBodyChangedError } from '../persisted-operations/save-operations.ts';
import type { PlatformContext } from './platform-context.ts';

/** PersistedQueryList: every variant has one of its own, named as the variant is. */
export const persistedQueryList = (ref: GraphRef) => ({
  id: ref.variant,
  name: formatGraphRef(ref),
});

interface PersistedQueryInput {
  readonly id: string;
  readonly name: string;
  readonly type: PersistedOperation['type'];
  readonly body: string;
  readonly clientName?: string | null;
}

const MAX_NAME = 200;

/** PersistedQueryListMutation. */
export const persistedQueryListMutation = (ref: GraphRef, context: PlatformContext) => ({
  publishOperations: async ({
    operations: inputs,
  }: {
    operations?: readonly PersistedQueryInput[] | null;
  }) => {
    const viewer = assertMay(context.viewer, 'manage', ref);
    const operations = (inputs ?? []).map(({ clientName, ...each }) => ({
      ...each,
      clientName: clientName ?? '',
    }));
    for (const each of operations) assertNames(each);
    await assertReadable(operations, context);
    try {
      const { revision, ...counts } = await context.persisted.publish(ref, operations, actorOf(viewer));
      return {
        __typename: 'PublishOperationsResult',
        unchanged: counts.added + counts.updated === 0,
        build: {
          revision,
          list: persistedQueryList(ref),
          publish: { operationCounts: { ...counts, removed: 0 } },
        },
      };
    } catch (error) {
      if (!(error instanceof OperationBodyChangedError)) throw error;
      return { __typename: 'CannotModifyOperationBodyError', message: error.message };
    }
  },
});

function assertNames({ id, name, clientName }: PersistedOperation): void {
  if (id === '' || [id, name, clientName].some((each) => each.length > MAX_NAME))
    throw new BadUserInputError(`Ids and names of persisted operations have 1 to ${MAX_NAME} characters.`);
}

async function assertReadable(
  operations: readonly PersistedOperation[],
  { workers }: PlatformContext,
): Promise<void> {
  const bodies = operations.map(({ body }) => body);
  const [problem] = await workers.run('validateOperations', { apiSdl: undefined, bodies });
  if (problem !== undefined)
    throw new BadUserInputError(
      `The operation ${operations[problem.index]?.id ?? ''}: ${problem.description}`,
    );
}
