import { newUuid } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { mailsTo, registrationsFrom } from '../domain/limits.ts';
import { readRegistration, type RegistrationInput } from '../domain/registration.ts';
import { accountInputError, rateLimited } from '../domain/user-errors.ts';
import type { Services } from './services.ts';

export const accountRegister =
  ({ stores, passwords, limits, needsVerifiedEmail, onLetter, now }: Services) =>
  async (_: unknown, { input }: { input: RegistrationInput }, context: UsersContext) => {
    const read = readRegistration(input);
    if ('problems' in read) return refused(read.problems);
    const { network } = context.client;
    const retryAfterSeconds =
      network === undefined
        ? undefined
        : await stores.throttles.admit([registrationsFrom(network, limits)], now());
    if (retryAfterSeconds !== undefined) return refused([rateLimited(retryAfterSeconds)]);
    const { email, password, ...profile } = read.registration;
    // Counted whether or not there is an account: otherwise what is left of the limit would say it.
    const hasHadItsMails = (await stores.throttles.admit([mailsTo(email.key)], now())) !== undefined;
    const user = await stores.users.register(
      {
        ...profile,
        id: newUuid(),
        email: email.address,
        emailKey: email.key,
        passwordHash: await passwords.hash(password),
        role: 'CUSTOMER',
        createdAt: now(),
      },
      { tellsOwner: !hasHadItsMails },
    );
    onLetter();
    if (needsVerifiedEmail) return ACCEPTED;
    if (user === 'EMAIL_TAKEN') {
      const message = 'There is already an account with this address.';
      return refused([accountInputError('EMAIL_TAKEN', ['input', 'email'], message)]);
    }
    context.recognize(user);
    return { ...ACCEPTED, user };
  };

/** The same for an address that has an account: its owner is told by mail, nobody else is. */
const ACCEPTED = { accepted: true, user: null, userErrors: [] };

const refused = <T>(userErrors: readonly T[]) => ({ accepted: false, user: null, userErrors });
