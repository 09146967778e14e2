import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';

/**
 * Like graphql-js' `subscribe`, with a context of its own for each event: what loaders remember is right for one answer,
 * and of yesterday for the next.
 *
 * @see https://spec.graphql.org/October2021/#sec-Subscription
 */
export async function subscribePerEvent(
  args: ExecutionArgs,
  createContext: () => unknown,
): Promise<AsyncGenerator<ExecutionResult, void> | ExecutionResult> {
  const source = await createSourceEventStream({ ...args, contextValue: createContext() });
  if (!(Symbol.asyncIterator in source)) return source;
  const events = source[Symbol.asyncIterator]();
  // No generator function: its `return` would wait for the next event before it ended anything.
  const answers: AsyncGenerator<ExecutionResult, void> = {
    next: async () => {
      const event = await events.next();
      if (event.done === true) return { done: true, value: undefined };
      const value = await execute({ ...args, rootValue: event.value, contextValue: createContext() });
      return { done: false, value };
    },
    return: async () => {
      await events.return?.();
      return { done: true, value: undefined };
    },
    throw: async (error: unknown) => {
      await events.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => answers,
    [Symbol.asyncDispose]: async () => {
      await events.return?.();
    },
  };
  return answers;
}
