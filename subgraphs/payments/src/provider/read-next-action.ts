import type { NextAction } from '../domain/model.ts';
import type { Intent, Setup } from './intents-api.ts';

/**
 * What the buyer has to do: a page to go to, or else something that the provider's library shows where they are.
 *
 * @see https://docs.stripe.com/api/payment_intents/object#payment_intent_object-next_action
 */
export function readNextAction({
  next_action: action,
  client_secret: clientSecret,
}: Pick<Intent | Setup, 'next_action' | 'client_secret'>): NextAction | null {
  if (action === null) return null;
  const { redirect_to_url: redirect } = action;
  if (redirect !== undefined) return { url: redirect.url, returnUrl: redirect.return_url };
  return clientSecret === null ? null : { clientSecret };
}
