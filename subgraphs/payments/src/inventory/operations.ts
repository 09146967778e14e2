/** The operations of the products contract that hold and sell stock, and the shape of their answers. */
import * as z from 'zod';

const RESERVATION = `
  reservation {
    id
    status
    expiresAt
    lines { variantId productId sku title quantity variantVersion taxCategory requiresShipping unitPrice { amount currency } }
  }
  userErrors {
    __typename
    ... on UserError { message field }
    ... on CatalogInputError { code }
    ... on InsufficientStockError { variant { id } requested available }
    ... on VariantUnavailableError { variant { id } }
    ... on ReservationStateError { status }
  }`;

export const RESERVE = `mutation PaymentsReserve($input: InventoryReservationCreateInput!) {
  result: inventoryReservationCreate(input: $input) {${RESERVATION} }
}`;

export const COMMIT = `mutation PaymentsCommit($id: ID!) {
  result: inventoryReservationCommit(id: $id) {${RESERVATION} }
}`;

export const RELEASE = `mutation PaymentsRelease($id: ID!, $reason: String!) {
  result: inventoryReservationRelease(id: $id, reason: $reason) {${RESERVATION} }
}`;

export const RESTOCK = `mutation PaymentsRestock($id: ID!) {
  result: inventoryReservationRestock(id: $id) {${RESERVATION} }
}`;

const VariantRef = z.object({ id: z.string() }).nullable().default(null);

const ReservationStatus = z.enum([
  'PENDING',
  'HELD',
  'COMMITTING',
  'COMMITTED',
  'RELEASING',
  'RELEASED',
  'RESTOCKING',
  'RESTOCKED',
]);

const Line = z.object({
  variantId: z.string(),
  productId: z.string(),
  sku: z.string(),
  title: z.string(),
  quantity: z.int().min(1),
  variantVersion: z.int(),
  taxCategory: z.string(),
  requiresShipping: z.boolean(),
  unitPrice: z.object({ amount: z.int().min(0), currency: z.string() }),
});

const base = { message: z.string() };
const InventoryUserError = z.discriminatedUnion('__typename', [
  z.object({ __typename: z.literal('CatalogInputError'), code: z.string(), ...base }),
  z.object({
    __typename: z.literal('InsufficientStockError'),
    variant: VariantRef,
    requested: z.int(),
    available: z.int(),
    ...base,
  }),
  z.object({ __typename: z.literal('VariantUnavailableError'), variant: VariantRef, ...base }),
  z.object({ __typename: z.literal('ReservationStateError'), status: ReservationStatus, ...base }),
  z.object({ __typename: z.literal('IdempotencyKeyReusedError'), ...base }),
]);
export type InventoryUserError = z.infer<typeof InventoryUserError>;

const Result = z.object({
  reservation: z
    .object({ status: ReservationStatus, expiresAt: z.coerce.date(), lines: z.array(Line) })
    .nullable(),
  userErrors: z.array(InventoryUserError),
});
export type InventoryResult = z.infer<typeof Result>;

export const InventoryAnswer = z.object({
  data: z.object({ result: Result }),
  errors: z.undefined().optional(),
});

/** Where the reservation is now, whether the operation moved it or found it there. */
export function reservationStatus(result: InventoryResult): z.infer<typeof ReservationStatus> | undefined {
  if (result.reservation !== null) return result.reservation.status;
  return result.userErrors.find((error) => error.__typename === 'ReservationStateError')?.status;
}
