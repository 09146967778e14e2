import { newEvent, newId, unixNow, type Books } from './books.ts';
import { ApiError, noSuch, optionalText, record } from './form.ts';
import type { BookObject, DisputeObject, PaymentIntentObject } from './objects.ts';
import type { TestCard } from './test-cards.ts';
import { list, type Operation, type OperationContext, type Outcome } from './operation.ts';

const PAGE = 100;
const DUE_SECONDS = 7 * 24 * 60 * 60;
/** Minor units of whatever currency it is in. */
const FEE = 1_500;

export const disputeOperations: readonly Operation[] = [
  {
    method: 'GET',
    path: /^\/v1\/disputes\/(dp_[0-9a-f]+)$/,
    run: ({ books, ids: [id = ''] }) => ({ body: findDispute(books, id) }),
  },
  {
    method: 'GET',
    path: /^\/v1\/disputes$/,
    run: ({ books, form }) => {
      const intent = optionalText(form, 'payment_intent');
      const found = books
        .list('dispute')
        .filter(({ payment_intent }) => intent === undefined || payment_intent === intent);
      const after = optionalText(form, 'starting_after');
      // Oldest first, as payment intents are.
      const start = after === undefined ? 0 : found.findIndex(({ id }) => id === after) + 1;
      const page = found.slice(start, start + PAGE);
      return { body: list(page, '/v1/disputes', start + PAGE < found.length) };
    },
  },
  { method: 'POST', path: /^\/v1\/disputes\/(dp_[0-9a-f]+)$/, run: update },
  { method: 'POST', path: /^\/v1\/disputes\/(dp_[0-9a-f]+)\/close$/, run: close },
];

function findDispute(books: Books, id: string): DisputeObject {
  const dispute = books.get('dispute', id);
  if (dispute === undefined) throw noSuch('dispute', id);
  return dispute;
}

/** Evidence that says how it will end, as in Stripe's test mode: `winning_evidence`, `losing_evidence`. */
function update({ books, form, ids }: OperationContext): Outcome {
  const dispute = findOpen(books, ids);
  const evidence = record(form, 'evidence')['uncategorized_text'] ?? dispute.evidence.uncategorized_text;
  const submitted = optionalText(form, 'submit') !== 'false';
  const staged: DisputeObject = { ...dispute, evidence: { uncategorized_text: evidence } };
  if (!submitted) return changed(staged);
  return changed(isInquiry(dispute) ? answerInquiry(staged, evidence) : decide(staged, evidence));
}

function decide(dispute: DisputeObject, evidence: string | null): DisputeObject {
  if (evidence === 'losing_evidence') return { ...dispute, status: 'lost' };
  if (evidence !== 'winning_evidence') return { ...dispute, status: 'under_review' };
  const back = { amount: dispute.amount, fee: 0, currency: dispute.currency };
  return { ...dispute, status: 'won', balance_transactions: [...dispute.balance_transactions, back] };
}

/** An inquiry that is not answered well becomes a dispute, and takes the money. */
function answerInquiry(dispute: DisputeObject, evidence: string | null): DisputeObject {
  if (evidence === 'winning_evidence') return { ...dispute, status: 'warning_closed' };
  if (evidence !== 'losing_evidence') return { ...dispute, status: 'warning_under_review' };
  return { ...dispute, status: 'needs_response', balance_transactions: [withdrawal(dispute)] };
}

const isInquiry = ({ status }: DisputeObject): boolean => status.startsWith('warning_');

const withdrawal = ({ amount, currency }: { readonly amount: number; readonly currency: string }) => ({
  amount: -amount,
  fee: FEE,
  currency,
});

function changed(after: DisputeObject): Outcome {
  const event = newEvent(isClosed(after) ? 'charge.dispute.closed' : 'charge.dispute.updated', after);
  return { body: after, put: [after, event] };
}

const isClosed = ({ status }: DisputeObject): boolean => ['won', 'lost', 'warning_closed'].includes(status);

/** What a buyer's bank does to a payment made with a card that is for that. */
export function openDispute(
  intent: PaymentIntentObject,
  kind: NonNullable<TestCard['disputed']>,
): readonly BookObject[] {
  const money = { amount: intent.amount_received, currency: intent.currency };
  const opened: DisputeObject = {
    id: newId('dp'),
    object: 'dispute',
    ...money,
    payment_intent: intent.id,
    status: kind === 'inquiry' ? 'warning_needs_response' : 'needs_response',
    reason: kind === 'inquiry' ? 'fraudulent' : kind,
    evidence: { uncategorized_text: null },
    evidence_details: { due_by: unixNow() + DUE_SECONDS },
    balance_transactions: kind === 'inquiry' ? [] : [withdrawal(money)],
    created: unixNow(),
  };
  return [opened, newEvent('charge.dispute.created', opened)];
}

function close({ books, ids }: OperationContext): Outcome {
  return changed({ ...findOpen(books, ids), status: 'lost' });
}

function findOpen(books: Books, [id = '']: readonly string[]): DisputeObject {
  const dispute = findDispute(books, id);
  if (!isClosed(dispute)) return dispute;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    code: 'dispute_closed',
    message: 'This dispute is already closed.',
  });
}
