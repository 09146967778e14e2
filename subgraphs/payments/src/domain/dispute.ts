import type { Amount } from './model.ts';

/** Stripe's: WARNING_ is an inquiry, which takes no money yet. */
export type DisputeStatus =
  | 'WARNING_NEEDS_RESPONSE'
  | 'WARNING_UNDER_REVIEW'
  | 'WARNING_CLOSED'
  | 'NEEDS_RESPONSE'
  | 'UNDER_REVIEW'
  | 'WON'
  | 'LOST'
  | 'PREVENTED';

export interface Dispute {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: Amount;
  readonly status: DisputeStatus;
  readonly reason: string;
  readonly evidenceDueBy: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** How far a dispute is. It only ever goes on. */
const RANK: Readonly<Record<DisputeStatus, number>> = {
  WARNING_NEEDS_RESPONSE: 0,
  WARNING_UNDER_REVIEW: 1,
  WARNING_CLOSED: 2,
  PREVENTED: 2,
  NEEDS_RESPONSE: 3,
  UNDER_REVIEW: 4,
  WON: 5,
  LOST: 5,
};

/** Whether `to` is news to who knows `from`. */
export const isLater = (from: DisputeStatus, to: DisputeStatus): boolean =>
  from !== 'PREVENTED' && RANK[to] > RANK[from];

/** Whether the provider has taken the money for it, by now or before. */
export const isWithdrawn = (status: DisputeStatus): boolean => RANK[status] >= RANK.NEEDS_RESPONSE;

/** Whether evidence is still taken. */
export const takesEvidence = (status: DisputeStatus): boolean =>
  status === 'NEEDS_RESPONSE' || status === 'WARNING_NEEDS_RESPONSE';

/** Whether it can be given up: an inquiry is answered by a refund instead. */
export const canBeAccepted = (status: DisputeStatus): boolean =>
  status === 'NEEDS_RESPONSE' || status === 'UNDER_REVIEW';
