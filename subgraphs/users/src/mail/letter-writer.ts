import type { Logger } from '@tributary/service-kit';
import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import { hashOneTimeToken, newOneTimeToken } from '../credentials/one-time-token.ts';
import { toEmail } from '../domain/email.ts';
import { nextAttempt, TOKEN_LIFETIME_MS, type TokenPurpose } from '../domain/letters.ts';
import type { Letter } from '../store/letter-store.ts';
import type { Stores } from '../store/stores.ts';
import type { User } from '../store/user-store.ts';
import type { Mailer } from './mailer.ts';
import type { Message } from './message.ts';
import * as messages from './messages.ts';

const POLL_MS = 1_000;
/** Longer than sending may take. */
const LEASE_MS = 60_000;

export interface LetterWriterOptions {
  readonly stores: Stores;
  readonly mailer: Mailer;
  /** Where the pages are that mails link to. */
  readonly accountUrl: string;
  readonly logger: Logger;
  readonly now: () => Date;
}

/**
 * Writes and sends letters. What a letter says is found out here and not in the request that asked for it: a request
 * does the same, and takes the same time, whether or not there is an account.
 */
export function startLetterWriter(options: LetterWriterOptions): PeriodicWorker {
  const { stores, mailer, logger, now } = options;
  return runPeriodically({
    name: 'letter-writer',
    everyMs: POLL_MS,
    logger,
    work: async () => {
      const claimedAt = now();
      const letter = await stores.letters.claimDue(claimedAt, new Date(claimedAt.getTime() + LEASE_MS));
      if (letter === undefined) return false;
      try {
        const message = await write(letter, options);
        if (message !== undefined) await mailer.send(letter.id, message);
        await stores.letters.done(letter.id, now());
      } catch (error) {
        const retryAt = nextAttempt(letter.attempts, letter.createdAt, now());
        // Messages of SMTP servers name addresses: they are for the table, not for the log.
        const reason = error instanceof Error ? error.message : String(error);
        await stores.letters.failed(letter.id, reason.slice(0, 500), now(), retryAt);
        const fields = { 'letter.id': letter.id, 'letter.kind': letter.kind, attempts: letter.attempts };
        logger.warn(
          fields,
          retryAt === undefined ? 'a letter was given up' : 'a letter could not be sent yet',
        );
      }
      return true;
    },
  });
}

/** Undefined: there is nobody to write to, or nothing to say any more. */
async function write(letter: Letter, options: LetterWriterOptions): Promise<Message | undefined> {
  const { stores } = options;
  const user = await findReader(letter, stores);
  if (user === undefined) return undefined;
  switch (letter.kind) {
    case 'EMAIL_VERIFY':
      if (user.emailVerifiedAt !== null) return undefined;
      return withToken('EMAIL_VERIFY', messages.verifyEmail, { letter, user, to: user.email }, options);
    case 'PASSWORD_RESET':
      return withToken('PASSWORD_RESET', messages.resetPassword, { letter, user, to: user.email }, options);
    case 'EMAIL_CHANGE': {
      const taken = await stores.users.findByEmailKey(toEmail(letter.email)?.key ?? '');
      if (taken !== undefined) return undefined;
      return withToken(
        'EMAIL_CHANGE',
        messages.confirmEmailChange,
        { letter, user, to: letter.email },
        options,
      );
    }
    case 'ALREADY_REGISTERED':
      return messages.alreadyRegistered(user.email);
    case 'PASSWORD_CHANGED':
      return messages.passwordChanged(letter.email);
    case 'EMAIL_CHANGED':
      return messages.emailChanged(letter.email);
    case 'ERASURE_REQUESTED':
      return user.erasureDueAt === null
        ? undefined
        : messages.erasureRequested(user.email, user.erasureDueAt);
    case 'ERASURE_CANCELED':
      return messages.erasureCanceled(user.email);
    case 'DATA_EXPORT_READY':
      return messages.dataExportReady(user.email);
    case 'MFA_ENABLED':
      return messages.mfaEnabled(user.email);
    case 'MFA_DISABLED':
      return messages.mfaDisabled(user.email);
    case 'TOTP_CODE_REUSED':
      return messages.totpCodeReused(user.email);
    case 'PASSKEY_ADDED':
      return messages.passkeyAdded(user.email);
    case 'PASSKEY_REMOVED':
      return messages.passkeyRemoved(user.email);
    case 'PASSKEY_COPIED':
      return messages.passkeyCopied(user.email);
  }
}

/** Mail goes to the address that the account has, never to the one that was typed: the two may only look alike. */
async function findReader({ userId, email }: Letter, { users }: Stores): Promise<User | undefined> {
  if (userId !== null) return (await users.findByIds([userId])).find(({ erasedAt }) => erasedAt === null);
  return users.findByEmailKey(toEmail(email)?.key ?? '');
}

/** Undefined: while it was written the letter was taken back, or the address changed that it was for. */
async function withToken(
  purpose: TokenPurpose,
  compose: (mail: messages.TokenMail) => Message,
  { letter, user, to }: { readonly letter: Letter; readonly user: User; readonly to: string },
  { stores, accountUrl, now }: LetterWriterOptions,
): Promise<Message | undefined> {
  const token = newOneTimeToken();
  const tokenHash = hashOneTimeToken(token);
  if (tokenHash === undefined) throw new Error('unreachable');
  const expiresAt = new Date(now().getTime() + TOKEN_LIFETIME_MS[purpose]);
  const added = await stores.credentials.addToken({
    tokenHash,
    purpose,
    letterId: letter.id,
    userId: user.id,
    email: to,
    expiresAt,
  });
  return added ? compose({ to, accountUrl, token }) : undefined;
}
