import type { UsersContext } from '../context.ts';
import { hashOneTimeToken } from '../credentials/one-time-token.ts';
import { toEmail } from '../domain/email.ts';
import { accountInputError, linkInvalid } from '../domain/user-errors.ts';
import { confirmPassword } from './confirm-password.ts';
import { requestLetter } from './request-letter.ts';
import type { Services } from './services.ts';

export function emailMutations(services: Services) {
  const { stores, now, onLetter } = services;
  return {
    emailVerificationRequest: (
      _: unknown,
      { input }: { input: { readonly email: string } },
      context: UsersContext,
    ) => requestLetter(services, 'EMAIL_VERIFY', input, context),

    emailVerify: async (
      _: unknown,
      { input }: { input: { readonly token: string } },
      context: UsersContext,
    ) => {
      const tokenHash = hashOneTimeToken(input.token);
      const user =
        tokenHash === undefined ? 'INVALID' : await stores.credentials.verifyEmail({ tokenHash, now: now() });
      if (typeof user === 'string') return refused(linkInvalid(user === 'EXPIRED', TOKEN));
      context.recognize(user);
      return { user, userErrors: [] };
    },

    /** The mail goes to the new address; the old one stays until the link in it is used. */
    emailChangeRequest: async (
      _: unknown,
      { input }: { input: { readonly newEmail: string; readonly currentPassword: string } },
      context: UsersContext,
    ) => {
      const confirmed = await confirmPassword(services, context, input.currentPassword);
      if ('problem' in confirmed) return { accepted: false, userErrors: [confirmed.problem] };
      const { credential } = confirmed;
      return requestLetter(services, 'EMAIL_CHANGE', { email: input.newEmail, credential }, context);
    },

    emailChangeConfirm: async (
      _: unknown,
      { input }: { input: { readonly token: string } },
      context: UsersContext,
    ) => {
      const tokenHash = hashOneTimeToken(input.token);
      const emailKeyOf = (email: string): string => toEmail(email)?.key ?? '';
      const user =
        tokenHash === undefined
          ? 'INVALID'
          : await stores.credentials.changeEmail({ tokenHash, emailKeyOf, now: now() });
      if (user === 'EMAIL_TAKEN') {
        return refused(accountInputError('EMAIL_TAKEN', TOKEN, 'Another account has this address by now.'));
      }
      if (typeof user === 'string') return refused(linkInvalid(user === 'EXPIRED', TOKEN));
      onLetter();
      context.recognize(user);
      return { user, userErrors: [] };
    },
  };
}

const TOKEN = ['input', 'token'] as const;

const refused = <T>(error: T) => ({ user: null, userErrors: [error] });
