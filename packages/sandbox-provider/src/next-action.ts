/** What a buyer has to do whose bank wants to see them: at a page, or in a library of the front end's. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { NextAction } from './objects.ts';

interface Acted {
  readonly id: string;
  readonly return_url: string | null;
  readonly client_secret?: string;
}

export const newClientSecret = (id: string): string =>
  `${id}_secret_${randomBytes(18).toString('base64url')}`;

/** Who gave no page to return to is not sent to one, as at Stripe. */
export function askBuyer<T extends Acted>(
  acted: T,
  publicUrl: string,
): T & { readonly client_secret: string; readonly next_action: NextAction } {
  const { id, return_url, client_secret = newClientSecret(id) } = acted;
  const page = `${publicUrl}/authenticate/${id}`;
  if (return_url !== null) {
    const redirect_to_url = { url: page, return_url };
    return { ...acted, client_secret, next_action: { type: 'redirect_to_url', redirect_to_url } };
  }
  const stripe_js = `${page}?client_secret=${encodeURIComponent(client_secret)}`;
  const use_stripe_sdk = { type: 'three_d_secure_redirect', stripe_js } as const;
  return { ...acted, client_secret, next_action: { type: 'use_stripe_sdk', use_stripe_sdk } };
}

/** A redirect is known to whom it was given; what a library shows opens to the client secret alone. */
export function mayAct(
  { next_action: action, client_secret: secret = '' }: Acted & { readonly next_action: NextAction | null },
  shown: string | null,
): boolean {
  if (action?.type !== 'use_stripe_sdk') return true;
  const [expected, given] = [Buffer.from(secret), Buffer.from(shown ?? '')];
  return expected.length === given.length && timingSafeEqual(expected, given);
}
