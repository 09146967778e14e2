import { newUuid } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { toEmail } from '../domain/email.ts';
import type { LetterKind } from '../domain/letters.ts';
import { mailsFrom, mailsTo } from '../domain/limits.ts';
import { rateLimited, type RateLimitedError } from '../domain/user-errors.ts';
import type { Services } from './services.ts';

interface Acknowledgement {
  readonly accepted: boolean;
  readonly userErrors: readonly RateLimitedError[];
}

/** The same for every address: whether it has an account is found out when the letter is written. */
export async function requestLetter(
  { stores, onLetter, now }: Services,
  kind: LetterKind,
  { email, userId }: { readonly email: string; readonly userId?: string },
  { client: { network } }: UsersContext,
): Promise<Acknowledgement> {
  const read = toEmail(email);
  const toAccount = mailsTo(read?.key ?? '');
  const throttles = network === undefined ? [toAccount] : [mailsFrom(network), toAccount];
  const retryAfterSeconds = await stores.throttles.admit(throttles, now());
  if (retryAfterSeconds !== undefined)
    return { accepted: false, userErrors: [rateLimited(retryAfterSeconds)] };
  if (read !== undefined) {
    await stores.letters.add({ id: newUuid(), kind, email: read.address, userId, now: now() });
    onLetter();
  }
  return { accepted: true, userErrors: [] };
}
