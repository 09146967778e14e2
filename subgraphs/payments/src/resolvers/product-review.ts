import type { PaymentsContext } from '../context.ts';
import { isPrintable } from '../domain/text.ts';

/** Another team's entity; the gateway brings what it is about. */
interface ReviewReference {
  readonly id: string;
  readonly product?: { readonly id: string } | null;
  readonly author?: { readonly id: string } | null;
}

export const productReview = {
  __resolveReference: (reference: ReviewReference) => reference,
  verifiedPurchase: ({ product, author }: ReviewReference, _: unknown, { loaders }: PaymentsContext) => {
    const [buyerId, productId] = [author?.id, product?.id];
    if (buyerId === undefined || productId === undefined) return false;
    return isPrintable(buyerId) && isPrintable(productId) && loaders.purchased(buyerId, productId);
  },
};
