import type { DisputeStatus } from '../domain/dispute.ts';
import type { ApiDispute, ApiResult, IntentsApi } from './intents-api.ts';
import { ProviderRejectedError, type PaymentProvider, type ProviderDispute } from './payment-provider.ts';

/** What a provider on top of payment intents does with disputes. */
export function disputeMethods(
  api: IntentsApi,
): Pick<PaymentProvider, 'submitEvidence' | 'acceptDispute' | 'listDisputes'> {
  const current = async (
    reference: string,
    result: ApiResult<ApiDispute>,
    signal: AbortSignal,
  ): Promise<ProviderDispute> => {
    if (result.ok) return toDispute(result.value);
    // It takes nothing any more, or an earlier try of ours was heard: the dispute itself says how it stands.
    const known = await api.retrieveDispute(reference, signal);
    if (known.ok) return toDispute(known.value);
    throw new ProviderRejectedError(
      `${result.problem.code ?? result.problem.type}: ${result.problem.message}`,
    );
  };
  return {
    submitEvidence: async ({ reference, text, isFinal }, call) =>
      current(reference, await api.submitEvidence(reference, { text, submit: isFinal }, call), call.signal),
    acceptDispute: async (reference, call) =>
      current(reference, await api.closeDispute(reference, call), call.signal),
    listDisputes: async function* (paymentReference, signal) {
      let after: string | undefined;
      for (;;) {
        const { disputes, hasMore } = await api.listDisputes(paymentReference ?? undefined, after, signal);
        yield* disputes.map(toDispute);
        after = disputes.at(-1)?.id;
        if (!hasMore || after === undefined) return;
      }
    },
  };
}

const STATUSES: Readonly<Record<string, DisputeStatus>> = {
  warning_needs_response: 'WARNING_NEEDS_RESPONSE',
  warning_under_review: 'WARNING_UNDER_REVIEW',
  warning_closed: 'WARNING_CLOSED',
  needs_response: 'NEEDS_RESPONSE',
  under_review: 'UNDER_REVIEW',
  won: 'WON',
  lost: 'LOST',
  prevented: 'PREVENTED',
};

/** @throws ProviderRejectedError for a status that this service has no use for. */
function toDispute(dispute: ApiDispute): ProviderDispute {
  const status = STATUSES[dispute.status];
  if (status === undefined) throw new ProviderRejectedError(`the dispute is ${dispute.status}`);
  const { id: reference, amount, reason, balance_transactions: moves } = dispute;
  const dueBy = dispute.evidence_details.due_by;
  const [first] = moves;
  return {
    reference,
    paymentReference: dispute.payment_intent,
    amount: { amount, currency: dispute.currency.toUpperCase() },
    status,
    reason,
    evidenceDueBy: dueBy === null ? null : new Date(dueBy * 1_000),
    fee:
      first === undefined
        ? null
        : {
            amount: moves.reduce((sum, { fee }) => sum + fee, 0),
            currency: first.currency.toUpperCase(),
          },
  };
}
