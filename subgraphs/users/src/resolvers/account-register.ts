import { newUuid } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { registrationsFrom } from '../domain/limits.ts';
import { readRegistration, type RegistrationInput } from '../domain/registration.ts';
import { accountInputError, rateLimited } from '../domain/user-errors.ts';
import type { Services } from './services.ts';

export const accountRegister =
  ({ stores, passwords, limits, now }: Services) =>
  async (_: unknown, { input }: { input: RegistrationInput }, context: UsersContext) => {
    const read = readRegistration(input);
    if ('problems' in read) return { user: null, userErrors: read.problems };
    const { network } = context.client;
    const retryAfterSeconds =
      network === undefined
        ? undefined
        : await stores.throttles.admit([registrationsFrom(network, limits)], now());
    if (retryAfterSeconds !== undefined) return { user: null, userErrors: [rateLimited(retryAfterSeconds)] };
    const { email, password, ...profile } = read.registration;
    const user = await stores.users.register({
      ...profile,
      id: newUuid(),
      email: email.address,
      emailKey: email.key,
      passwordHash: await passwords.hash(password),
      role: 'CUSTOMER',
      createdAt: now(),
    });
    if (user === 'EMAIL_TAKEN') {
      const message = 'There is already an account with this address.';
      return { user: null, userErrors: [accountInputError('EMAIL_TAKEN', ['input', 'email'], message)] };
    }
    context.recognize(user);
    return { user, userErrors: [] };
  };
