import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import { tooManyMethods, type MethodUserError } from '../domain/method-user-error.ts';
import { keyInUse, keyReused } from '../domain/user-error.ts';
import type { MethodAnswer } from '../store/method-store.ts';
import type { MethodDeps } from './method-deps.ts';
import { takeMethodTurn } from './take-method-turn.ts';

export interface SaveMethodCommand {
  readonly buyerId: string;
  readonly token: string;
  readonly returnUrl: string | null;
  readonly makesDefault: boolean;
  readonly request: IdempotentRequest;
}

/**
 * Keeps a payment method: writes down what is asked, then asks the provider.
 *
 * An answer without errors names a method that may still be PROCESSING; the worker goes on with it.
 */
export async function saveMethod(deps: MethodDeps, command: SaveMethodCommand): Promise<MethodAnswer> {
  const { methods, provider } = deps;
  const { buyerId, request, ...asked } = command;
  const { id: customerId } = await methods.customerOf(buyerId, provider.code);
  const begun = await methods.begin({ customerId, ...asked, request });
  if (begun.kind === 'too_many') return refused(tooManyMethods());
  if (begun.kind === 'answered') return begun.answer;
  if (begun.kind === 'in_use') return refused(keyInUse(begun.retryAfterSeconds));
  if (begun.kind === 'reused') return refused(keyReused());
  await takeMethodTurn(deps, begun.work);
  const answer = await methods.findAnswer(request);
  if (answer !== undefined) return answer;
  await methods.unlockKey(request);
  return { methodId: begun.work.id, errors: [] };
}

const refused = (error: MethodUserError): MethodAnswer => ({ methodId: null, errors: [error] });
