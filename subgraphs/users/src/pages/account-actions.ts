import { ANONYMOUS } from '@tributary/service-kit';
import { createContext, type UsersContext } from '../context.ts';
import type { createResolvers } from '../resolvers/index.ts';
import type { Stores } from '../store/stores.ts';
import type { AccountActions, Refusal } from './account-pages.ts';

type Mutations = Pick<
  ReturnType<typeof createResolvers>['Mutation'],
  'emailVerify' | 'emailChangeConfirm' | 'passwordReset'
>;

/** What the pages do is what the mutations of the same names do, for somebody who is not signed in. */
export function accountActions(
  { emailVerify, emailChangeConfirm, passwordReset }: Mutations,
  options: { readonly stores: Stores; readonly now: () => Date },
): AccountActions {
  return {
    verifyEmail: async (token) =>
      refusalOf(await emailVerify(undefined, { input: { token } }, nobody(options))),
    changeEmail: async (token) =>
      refusalOf(await emailChangeConfirm(undefined, { input: { token } }, nobody(options))),
    resetPassword: async (token, newPassword) =>
      refusalOf(await passwordReset(undefined, { input: { token, newPassword } }, nobody(options))),
  };
}

/** Limits by address are not of use here: what is guessed has 256 bits. */
const NO_CLIENT = {
  network: undefined,
  ipAddress: undefined,
  userAgent: undefined,
  origin: undefined,
  refreshToken: undefined,
};

const nobody = (options: { readonly stores: Stores; readonly now: () => Date }): UsersContext =>
  createContext(ANONYMOUS, NO_CLIENT, { ...options, setCookie: () => undefined });

interface Payload {
  readonly userErrors: readonly { readonly __typename: string; readonly message: string }[];
}

function refusalOf({ userErrors: [error] }: Payload): Refusal | undefined {
  if (error === undefined) return undefined;
  return { message: error.message, ofPassword: error.__typename === 'WeakPasswordError' };
}
