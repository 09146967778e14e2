import { checkoutId as typedCheckoutId } from './ids.ts';

/** The id under which products holds the stock of a checkout: other lines are another hold. */
export function reservationId(checkoutId: string, revision: number): string {
  const id = typedCheckoutId.fromUuid(checkoutId);
  return revision === 0 ? id : `${id}-${revision}`;
}
