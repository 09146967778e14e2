import { newEvent, type Books } from './books.ts';
import { ApiError, noSuch, optionalText, record } from './form.ts';
import type { DisputeObject } from './objects.ts';
import { list, type Operation, type OperationContext, type Outcome } from './operation.ts';

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
      return { body: list(found, '/v1/disputes') };
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
  const dispute = openDispute(books, ids);
  const evidence = record(form, 'evidence')['uncategorized_text'] ?? dispute.evidence.uncategorized_text;
  const submitted = optionalText(form, 'submit') !== 'false';
  const decided =
    evidence === 'winning_evidence' ? 'won' : evidence === 'losing_evidence' ? 'lost' : 'under_review';
  const after: DisputeObject = {
    ...dispute,
    evidence: { uncategorized_text: evidence },
    status: submitted ? decided : dispute.status,
  };
  const isClosed = after.status === 'won' || after.status === 'lost';
  const event = newEvent(isClosed ? 'charge.dispute.closed' : 'charge.dispute.updated', after);
  return { body: after, put: [after, event] };
}

function close({ books, ids }: OperationContext): Outcome {
  const after: DisputeObject = { ...openDispute(books, ids), status: 'lost' };
  return { body: after, put: [after, newEvent('charge.dispute.closed', after)] };
}

function openDispute(books: Books, [id = '']: readonly string[]): DisputeObject {
  const dispute = findDispute(books, id);
  if (dispute.status !== 'won' && dispute.status !== 'lost') return dispute;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    code: 'dispute_closed',
    message: 'This dispute is already closed.',
  });
}
