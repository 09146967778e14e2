/**
 * A relative change of stock, once per idempotency key: intent record, decision in the stock record itself,
 * then the record says what was decided. A repeat, or the sweep, goes on where a stopped process was.
 */
import type { InventoryAdjustInput } from '../domain/read-adjustment-input.ts';
import type { Movement } from '../store/movement-store.ts';
import type { ProductsStore } from '../store/products-store.ts';

export interface StockDeps {
  readonly store: Pick<ProductsStore, 'inventory' | 'movements'>;
  readonly now: () => Date;
}

export type AdjustStockOutcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'refused'; readonly available: number }
  | { readonly kind: 'key-reused' };

export async function adjustStock(
  deps: StockDeps,
  input: InventoryAdjustInput,
  actorId: string | null,
): Promise<AdjustStockOutcome> {
  const { variantId, delta, reason, reference = null, idempotencyKey } = input;
  const movement = await deps.store.movements.insert({
    id: `adj_${idempotencyKey}`,
    type: 'ADJUSTMENT',
    variantId,
    delta,
    reason,
    reference,
    actorId,
    state: 'PENDING',
    available: null,
    at: deps.now(),
  });
  const isRepeat =
    movement.variantId === variantId &&
    movement.delta === delta &&
    movement.reason === reason &&
    movement.reference === reference;
  if (!isRepeat) return { kind: 'key-reused' };
  return decide(deps, movement);
}

async function decide({ store, now }: StockDeps, movement: Movement): Promise<AdjustStockOutcome> {
  if (movement.state === 'APPLIED') return { kind: 'applied' };
  if (movement.state === 'REFUSED') return { kind: 'refused', available: movement.available ?? 0 };
  const decision = await store.inventory.adjust(movement.variantId, movement.id, movement.delta, now());
  if (decision.kind === 'applied') await store.movements.decide(movement.id, 'APPLIED', null);
  else await store.movements.decide(movement.id, 'REFUSED', decision.available);
  return decision;
}

const BATCH = 100;
/** Leaves requests that are under way alone: they finish by themselves. */
const STALLED_AFTER_MS = 5_000;

/** @returns How many adjustments of stopped processes were decided. */
export async function sweepAdjustments(deps: StockDeps): Promise<number> {
  const stalled = await deps.store.movements.undecided(
    new Date(deps.now().getTime() - STALLED_AFTER_MS),
    BATCH,
  );
  for (const movement of stalled) await decide(deps, movement);
  return stalled.length;
}
