import { isLater } from '../domain/dispute.ts';
import type { PaymentProvider, ProviderDispute } from '../provider/payment-provider.ts';
import type { DisputeStore } from '../store/dispute-store.ts';
import type { Difference } from './reconcile.ts';

const BATCH = 100;

export interface DisputeTally {
  /** Disputes that were written down as the provider has them: we had not heard of it. */
  readonly disputes: number;
  /** Disputes of payments that are being worked on. */
  readonly moving: number;
  readonly differences: readonly Difference[];
}

/** Catches up with the provider's disputes, and tells of those that only one side knows of. */
export async function reconcileDisputes(
  { provider, disputes }: { readonly provider: PaymentProvider; readonly disputes: DisputeStore },
  signal: AbortSignal,
): Promise<DisputeTally> {
  const tally = { disputes: 0, moving: 0, differences: [] as Difference[] };
  const seen = new Set<string>();
  for await (const dispute of provider.listDisputes(null, signal)) {
    const { reference, status: theirs } = dispute;
    seen.add(reference);
    const ours = await statusOf(disputes, provider.code, reference);
    if (ours === theirs) continue;
    const isNews = ours === null || isLater(ours, theirs);
    const settlement = isNews ? await disputes.settle(provider.code, dispute) : 'settled';
    if (settlement === 'early') tally.moving += 1;
    else if (isNews && settlement === 'settled') tally.disputes += 1;
    else tally.differences.push({ ...differenceOf(dispute), ours });
  }
  let after = '';
  for (;;) {
    const references = await disputes.referencesAfter(provider.code, after, BATCH);
    for (const reference of references) {
      if (seen.has(reference)) continue;
      const ours = await statusOf(disputes, provider.code, reference);
      tally.differences.push({ kind: 'DISPUTE', reference, paymentId: null, ours, theirs: null });
    }
    after = references.at(-1) ?? '';
    if (references.length < BATCH) return tally;
  }
}

const differenceOf = ({ reference, status }: ProviderDispute): Difference => ({
  kind: 'DISPUTE',
  reference,
  paymentId: null,
  ours: null,
  theirs: status,
});

async function statusOf(disputes: DisputeStore, provider: string, reference: string) {
  return (await disputes.statuses(provider, [reference])).get(reference) ?? null;
}
