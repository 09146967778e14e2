/** Reservations as products keeps them: all lines or none, every operation idempotent by the reservation's id. */

export interface FakeVariant {
  readonly id: string;
  readonly productId: string;
  readonly title: string;
  taxCategory: string;
  requiresShipping: boolean;
  /** Minor units by currency. */
  prices: Readonly<Record<string, number>>;
  onHand: number;
  reserved: number;
}

type Status = 'HELD' | 'COMMITTED' | 'RELEASED' | 'RESTOCKED';

export interface FakeReservation {
  readonly id: string;
  status: Status;
  readonly expiresAt: Date;
  readonly currency: string;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
}

export interface FakeStock {
  readonly variants: ReadonlyMap<string, FakeVariant>;
  readonly reservations: ReadonlyMap<string, FakeReservation>;
  add(variant: Partial<FakeVariant> & { readonly id: string }): void;
  reserve(input: {
    readonly id: string;
    readonly currency: string;
    readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
    readonly ttlSeconds: number;
  }): unknown;
  commit(id: string): unknown;
  release(id: string): unknown;
  restock(id: string): unknown;
  /** As a store does that was restored from before the reservation was made. */
  forget(id: string): void;
}

export function createFakeStock(): FakeStock {
  const variants = new Map<string, FakeVariant>();
  const reservations = new Map<string, FakeReservation>();
  const payload = (reservation: FakeReservation) => ({
    reservation: {
      ...reservation,
      lines: reservation.lines.map(({ variantId, quantity }) => {
        const variant = variants.get(variantId);
        if (variant === undefined) throw new Error('a reserved variant is gone');
        return {
          variantId,
          quantity,
          productId: variant.productId,
          sku: `SKU-${variantId}`,
          title: variant.title,
          unitPrice: {
            amount: variant.prices[reservation.currency],
            currency: reservation.currency,
            decimal: '',
          },
          taxCategory: variant.taxCategory,
          requiresShipping: variant.requiresShipping,
          variantVersion: 1,
        };
      }),
    },
    userErrors: [],
  });
  const refusal = (__typename: string, message: string, details: object = {}) => ({
    reservation: null,
    userErrors: [{ __typename, message, field: null, ...details }],
  });
  const move = (
    id: string,
    from: Status,
    to: Status,
    apply: (variant: FakeVariant, quantity: number) => void,
  ) => {
    const reservation = reservations.get(id);
    if (reservation === undefined)
      return refusal('CatalogInputError', 'No such reservation.', { code: 'NOT_FOUND' });
    if (reservation.status === to) return payload(reservation);
    if (reservation.status !== from) {
      return refusal('ReservationStateError', 'Not in that state.', { status: reservation.status });
    }
    reservation.status = to;
    for (const { variantId, quantity } of reservation.lines) {
      const variant = variants.get(variantId);
      if (variant !== undefined) apply(variant, quantity);
    }
    return payload(reservation);
  };
  return {
    variants,
    reservations,
    add: (variant) => {
      variants.set(variant.id, {
        productId: `prd_${variant.id}`,
        title: `Title of ${variant.id}`,
        taxCategory: 'standard',
        requiresShipping: true,
        prices: { EUR: 1_000, USD: 1_200, JPY: 1_500, KWD: 3_250 },
        onHand: 1_000,
        reserved: 0,
        ...variant,
      });
    },
    reserve: ({ id, currency, lines, ttlSeconds }) => {
      const known = reservations.get(id);
      if (known?.status === 'RELEASED') {
        return refusal('ReservationStateError', 'Not in that state.', { status: known.status });
      }
      if (known !== undefined) return payload(known);
      for (const { variantId, quantity } of lines) {
        const variant = variants.get(variantId);
        const reference = { variant: { id: variantId } };
        if (variant?.prices[currency] === undefined) {
          return refusal('VariantUnavailableError', 'Not on sale.', reference);
        }
        const available = variant.onHand - variant.reserved;
        if (available < quantity) {
          return refusal('InsufficientStockError', 'Not enough.', {
            ...reference,
            requested: quantity,
            available,
          });
        }
      }
      for (const { variantId, quantity } of lines) {
        const variant = variants.get(variantId);
        if (variant !== undefined) variant.reserved += quantity;
      }
      const expiresAt = new Date(Date.now() + ttlSeconds * 1_000);
      const reservation: FakeReservation = { id, status: 'HELD', expiresAt, currency, lines };
      reservations.set(id, reservation);
      return payload(reservation);
    },
    commit: (id) =>
      move(id, 'HELD', 'COMMITTED', (variant, quantity) => {
        variant.onHand -= quantity;
        variant.reserved -= quantity;
      }),
    release: (id) =>
      move(id, 'HELD', 'RELEASED', (variant, quantity) => {
        variant.reserved -= quantity;
      }),
    restock: (id) =>
      move(id, 'COMMITTED', 'RESTOCKED', (variant, quantity) => {
        variant.onHand += quantity;
      }),
    forget: (id) => {
      reservations.delete(id);
    },
  };
}
