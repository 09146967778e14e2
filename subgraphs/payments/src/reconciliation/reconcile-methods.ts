import type { PaymentProvider } from '../provider/payment-provider.ts';
import type { BookedCustomer, ReconciliationStore } from '../store/reconciliation-store.ts';
import type { Difference } from './reconcile.ts';

const BATCH = 100;

export interface MethodTally {
  /** Buyers of whose methods both sides say the same. */
  readonly customers: number;
  /** Buyers who keep one, give one up or pay at this moment. */
  readonly moving: number;
  readonly differences: readonly Difference[];
}

interface Deps {
  readonly provider: PaymentProvider;
  readonly books: ReconciliationStore;
}

/** Compares what the provider keeps for each buyer with what they can pay with here. */
export async function reconcileMethods(deps: Deps, signal: AbortSignal): Promise<MethodTally> {
  const tally = { customers: 0, moving: 0, differences: [] as Difference[] };
  let after: string | null = null;
  for (;;) {
    const customers: readonly BookedCustomer[] = await deps.books.bookedCustomersAfter(
      deps.provider.code,
      after,
      BATCH,
    );
    for (const customer of customers) {
      const compared = await compare(deps, customer, signal);
      if (compared === undefined) tally.moving += 1;
      else if (compared.length === 0) tally.customers += 1;
      else tally.differences.push(...compared);
    }
    after = customers.at(-1)?.id ?? null;
    if (customers.length < BATCH) return tally;
  }
}

/** Undefined while something changes. */
async function compare(
  deps: Deps,
  customer: BookedCustomer,
  signal: AbortSignal,
): Promise<readonly Difference[] | undefined> {
  if (customer.isMoving) return undefined;
  if ((await differencesOf(deps, customer, signal)).length === 0) return [];
  // Ours was read before theirs: only what still differs when it is read again does.
  const again = await deps.books.bookedCustomer(customer.id);
  return again === undefined || again.isMoving ? undefined : differencesOf(deps, again, signal);
}

async function differencesOf(
  { provider }: Deps,
  { reference: of, methods }: BookedCustomer,
  signal: AbortSignal,
): Promise<readonly Difference[]> {
  const theirs = new Set<string>();
  for await (const method of provider.listMethods(of, signal)) theirs.add(method);
  const differ = (reference: string, ours: string | null): Difference => ({
    kind: 'METHOD',
    reference,
    paymentId: null,
    ours,
    theirs: ours === null ? 'ATTACHED' : null,
  });
  const ours = new Set(methods);
  return [
    ...methods.filter((id) => !theirs.has(id)).map((id) => differ(id, 'ACTIVE')),
    ...[...theirs].filter((id) => !ours.has(id)).map((id) => differ(id, null)),
  ];
}
