import { keyInUse, keyReused } from '../domain/user-error.ts';
import type { Answer, KnownKey } from '../store/answer.ts';

/** The answer to a request whose key says that there is no work to do for it. */
export function answerOfKey(known: Exclude<KnownKey, { kind: 'resumed' }>): Answer {
  switch (known.kind) {
    case 'answered':
      return known.answer;
    case 'in_use':
      return { checkoutId: null, paymentId: null, errors: [keyInUse(known.retryAfterSeconds)] };
    case 'reused':
      return { checkoutId: null, paymentId: null, errors: [keyReused()] };
  }
}
