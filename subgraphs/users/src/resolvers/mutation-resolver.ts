import type { UsersContext } from '../context.ts';

export type MutationResolver<TArgs, TPayload> = (
  parent: unknown,
  args: TArgs,
  context: UsersContext,
) => Promise<TPayload>;
