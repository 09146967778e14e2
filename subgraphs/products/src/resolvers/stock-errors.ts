/** The members of the stock unions, as they are returned. A `variant` is resolved by its id only when asked for. */
import type { ProductsContext } from '../context.ts';
import type { ReservationStatus } from '../domain/reservation.ts';
import { findReferableVariant } from './find-visible.ts';

interface VariantReference {
  readonly id: string;
}

export const insufficientStock = (
  field: readonly string[],
  variant: VariantReference,
  requested: number,
  available: number,
) => ({
  __typename: 'InsufficientStockError' as const,
  message: available > 0 ? `Only ${available} left.` : 'Out of stock.',
  field,
  variant,
  requested,
  available,
});

export const variantUnavailable = (field: readonly string[], variant: VariantReference) => ({
  __typename: 'VariantUnavailableError' as const,
  message: 'This is not for sale in this currency.',
  field,
  variant,
});

export const keyReused = (field: readonly string[]) => ({
  __typename: 'IdempotencyKeyReusedError' as const,
  message: 'This key was used before, with other input.',
  field,
});

export const reservationState = (field: readonly string[], status: ReservationStatus) => ({
  __typename: 'ReservationStateError' as const,
  message: `The reservation is ${status.toLowerCase()}; this cannot be done to it.`,
  field,
  status,
});

/** For both errors that name a variant. */
export const variantOfErrorResolvers = {
  variant: ({ variant }: { readonly variant: VariantReference }, _: unknown, context: ProductsContext) =>
    findReferableVariant(variant.id, context),
};
