/**
 * Takes stock for all lines or for none.
 *
 * The record comes first, so that the sweep finds whatever a stopped process held; the holds follow one by
 * one; PENDING -> HELD is the moment the caller owns them. Each part may be repeated by anybody who sends the
 * same id: a repeat goes on where the first one stopped, and gets the same answer once it is done.
 */
import {
  fingerprintOf,
  trackedLines,
  OUT_OF_STOCK,
  type Reservation,
  type ReservationLine,
  type ReservationRequest,
  type Shortage,
} from '../domain/reservation.ts';
import type { ReservationDeps } from './deps.ts';
import { finishRelease, giveBackHolds } from './finish-reservation.ts';

export type CreateReservationOutcome =
  | { readonly kind: 'reserved'; readonly reservation: Reservation }
  /** Nothing was recorded: the same request may succeed later. */
  | { readonly kind: 'unavailable'; readonly variantIds: readonly string[] }
  | { readonly kind: 'insufficient'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'key-reused' }
  /** It is over, for another reason than stock. */
  | { readonly kind: 'over'; readonly reservation: Reservation };

export async function createReservation(
  deps: ReservationDeps,
  request: ReservationRequest,
): Promise<CreateReservationOutcome> {
  const { store, now } = deps;
  let [reservation] = await store.reservations.byIds([request.id]);
  if (reservation === undefined) {
    const lines = await readLines(deps, request);
    const unavailable = request.lines
      .filter((_, index) => lines[index] === null)
      .map(({ variantId }) => variantId);
    if (unavailable.length > 0) return { kind: 'unavailable', variantIds: unavailable };
    reservation = await store.reservations.insert(
      {
        id: request.id,
        status: 'PENDING',
        fingerprint: fingerprintOf(request),
        currency: request.currency,
        lines: lines.filter((line) => line !== null),
        expiresAt: new Date(now().getTime() + request.ttlSeconds * 1_000),
        releaseReason: null,
        shortages: [],
      },
      now(),
    );
  }
  if (reservation.fingerprint !== fingerprintOf(request)) return { kind: 'key-reused' };
  return reservation.status === 'PENDING' ? holdAll(deps, reservation) : outcomeOf(reservation);
}

/** Price and description as of now; null for what cannot be bought in this currency. */
async function readLines(
  { store }: ReservationDeps,
  request: ReservationRequest,
): Promise<readonly (ReservationLine | null)[]> {
  const found = await store.catalog.variantsByIds(request.lines.map(({ variantId }) => variantId));
  const variants = new Map(found.map((variant) => [variant.id, variant]));
  const owners = await store.catalog.productsByIds([...new Set(found.map(({ productId }) => productId))]);
  const products = new Map(owners.map((product) => [product.id, product]));
  return request.lines.map(({ variantId, quantity }) => {
    const variant = variants.get(variantId);
    const product = products.get(variant?.productId ?? '');
    const unitAmount = variant?.prices[request.currency];
    if (variant === undefined || product?.status !== 'ACTIVE' || unitAmount === undefined) return null;
    return {
      variantId,
      quantity,
      unitAmount,
      productId: product.id,
      sku: variant.sku,
      title: variant.title === product.title ? product.title : `${product.title} - ${variant.title}`,
      taxCategory: variant.taxCategory,
      requiresShipping: variant.requiresShipping,
      variantVersion: variant.version,
      trackInventory: variant.trackInventory,
    };
  });
}

async function holdAll(deps: ReservationDeps, reservation: Reservation): Promise<CreateReservationOutcome> {
  const { store, now } = deps;
  const { id, expiresAt } = reservation;
  for (const { variantId, quantity } of trackedLines(reservation.lines)) {
    const outcome = await store.inventory.hold(variantId, { reservationId: id, quantity }, expiresAt, now());
    if (outcome.kind === 'insufficient') {
      const shortages = await findShortages(deps, reservation, {
        variantId,
        requested: quantity,
        available: outcome.available,
      });
      await store.reservations.transition(
        id,
        ['PENDING'],
        { to: 'RELEASING', releaseReason: OUT_OF_STOCK, shortages },
        now(),
      );
      return settle(deps, id);
    }
  }
  const held = await store.reservations.transition(id, ['PENDING'], { to: 'HELD' }, now());
  return held === undefined ? settle(deps, id) : outcomeOf(held);
}

/** Answers by what the record says now: this call, another one with the same id, or the sweep decided. */
async function settle(deps: ReservationDeps, id: string): Promise<CreateReservationOutcome> {
  const [reservation] = await deps.store.reservations.byIds([id]);
  if (reservation === undefined) throw new Error('a reservation record disappeared while it was in use');
  if (reservation.status === 'RELEASING') await finishRelease(deps, reservation);
  // This call may have held a line after the others gave back theirs.
  if (reservation.status === 'RELEASED') await giveBackHolds(deps, reservation);
  const [settled = reservation] = await deps.store.reservations.byIds([id]);
  return outcomeOf(settled);
}

function outcomeOf(reservation: Reservation): CreateReservationOutcome {
  if (reservation.status !== 'RELEASED' && reservation.status !== 'RELEASING')
    return { kind: 'reserved', reservation };
  if (reservation.releaseReason === OUT_OF_STOCK)
    return { kind: 'insufficient', shortages: reservation.shortages };
  return { kind: 'over', reservation };
}

/** All that is missing, not only the first line that failed: a buyer wants to mend the basket once. */
async function findShortages(
  { store }: ReservationDeps,
  { lines }: Reservation,
  first: Shortage,
): Promise<readonly Shortage[]> {
  const levels = await store.inventory.levels(lines.map(({ variantId }) => variantId));
  const sellable = new Map(levels.map((level) => [level.variantId, level.sellable]));
  const ordered = trackedLines(lines);
  const notReached = ordered.slice(ordered.findIndex(({ variantId }) => variantId === first.variantId) + 1);
  const others = notReached
    .map(({ variantId, quantity }) => ({
      variantId,
      requested: quantity,
      available: sellable.get(variantId) ?? 0,
    }))
    .filter(({ requested, available }) => available < requested);
  return [first, ...others];
}
