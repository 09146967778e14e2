import { newUuid } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { toEmail } from '../domain/email.ts';
import type { LetterKind } from '../domain/letters.ts';
import { mailsFrom, mailsTo } from '../domain/limits.ts';
import {
  invalidCredentials,
  rateLimited,
  type InvalidCredentialsError,
  type RateLimitedError,
} from '../domain/user-errors.ts';
import type { Credential } from '../store/user-store.ts';
import type { Services } from './services.ts';

interface Acknowledgement {
  readonly accepted: boolean;
  readonly userErrors: readonly (RateLimitedError | InvalidCredentialsError)[];
}

interface Request {
  readonly email: string;
  /** Whose password was given for it: then the letter is theirs, and none when it is another one by now. */
  readonly credential?: Credential;
}

/** The same for every address: whether it has an account is found out when the letter is written. */
export async function requestLetter(
  { stores, onLetter, now }: Services,
  kind: LetterKind,
  { email, credential }: Request,
  { client: { network } }: UsersContext,
): Promise<Acknowledgement> {
  const read = toEmail(email);
  const toAccount = mailsTo(read?.key ?? '');
  const throttles = network === undefined ? [toAccount] : [mailsFrom(network), toAccount];
  const retryAfterSeconds = await stores.throttles.admit(throttles, now());
  if (retryAfterSeconds !== undefined) return refused(rateLimited(retryAfterSeconds));
  if (read === undefined) return ACCEPTED;
  const letter = { id: newUuid(), kind, email: read.address, now: now() };
  if (credential === undefined) await stores.letters.add({ ...letter, userId: undefined });
  else if (
    !(await stores.letters.addIfPassword({ ...letter, userId: credential.userId }, credential.passwordHash))
  )
    return refused(invalidCredentials());
  onLetter();
  return ACCEPTED;
}

const ACCEPTED: Acknowledgement = { accepted: true, userErrors: [] };

const refused = (error: RateLimitedError | InvalidCredentialsError): Acknowledgement => ({
  accepted: false,
  userErrors: [error],
});
