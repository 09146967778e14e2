/** What operators do with disputes: tell the bank the shop's side, or give in. */
import { hasScope, readPage, requireScope, toConnection, type PageArguments } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import type { Dispute, DisputeStatus } from '../domain/dispute.ts';
import { checkIdempotencyKey, idempotentRequest } from '../domain/idempotency-key.ts';
import { disputeId } from '../domain/ids.ts';
import { checkKey } from '../domain/operation-input.ts';
import type { PaymentUserError } from '../domain/payment-user-error.ts';
import { readText } from '../domain/text.ts';
import { inputError, type InputError } from '../domain/user-error.ts';
import type { OperationDeps } from '../operations/perform-operation.ts';
import { operatorOf, perform } from './operations.ts';

const SCOPE = 'disputes:write';
const DISPUTES_NEWEST = 'disputes';
const DEFAULT_SIZE = 25;
/** What Stripe takes of text in one piece. */
const MAX_EVIDENCE_LENGTH = 20_000;

interface EvidenceInput {
  readonly text: string;
  readonly submit?: boolean;
  readonly idempotencyKey: string;
}

export const disputeQuery = {
  disputes: async (
    _: unknown,
    { status = null, ...args }: PageArguments & { readonly status?: readonly DisputeStatus[] | null },
    { viewer, reader }: PaymentsContext,
  ) => {
    requireScope(viewer, 'payments:read');
    const page = readPage(args, DISPUTES_NEWEST, DEFAULT_SIZE);
    const rows = await reader.disputePage(page, status);
    return {
      ...toConnection(rows, page, DISPUTES_NEWEST, ({ createdAt, id }) => [createdAt.toISOString(), id]),
      totalCount: () => reader.disputeCount(status),
    };
  },
};

export const createDisputeMutations = (deps: OperationDeps) => ({
  disputeEvidenceSubmit: async (
    _: unknown,
    { id, input }: { readonly id: string; readonly input: EvidenceInput },
    context: PaymentsContext,
  ) => {
    const by = operatorOf(context.viewer, SCOPE);
    const dispute = await findDispute(context, id);
    if (dispute === null) return refused([notFound()]);
    const { submit = true, idempotencyKey: key } = input;
    const errors: InputError[] = [];
    const rules = { field: ['input', 'text'], maxLength: MAX_EVIDENCE_LENGTH, required: true };
    // Evidence is prose: it may have lines.
    readText(input.text.replaceAll(/[\r\n\t]/g, ' '), rules, errors);
    const text = input.text.trim().normalize('NFC');
    checkKey(key, errors);
    if (errors.length > 0) return refused(errors);
    const request = idempotentRequest(by.id, 'disputeEvidenceSubmit', key, [dispute.id, text, submit]);
    const { paymentId } = dispute;
    return perform(deps, context, {
      kind: 'EVIDENCE',
      disputeId: dispute.id,
      paymentId,
      text,
      submit,
      request,
    });
  },

  disputeAccept: async (
    _: unknown,
    { id, idempotencyKey: key }: { readonly id: string; readonly idempotencyKey: string },
    context: PaymentsContext,
  ) => {
    const by = operatorOf(context.viewer, SCOPE);
    const dispute = await findDispute(context, id);
    if (dispute === null) return refused([notFound()]);
    const keyError = checkIdempotencyKey(key);
    if (keyError !== undefined) return refused([{ ...keyError, field: ['idempotencyKey'] }]);
    const request = idempotentRequest(by.id, 'disputeAccept', key, [dispute.id]);
    return perform(deps, context, {
      kind: 'ACCEPT',
      disputeId: dispute.id,
      paymentId: dispute.paymentId,
      request,
    });
  },
});

async function findDispute({ loaders }: PaymentsContext, id: string): Promise<Dispute | null> {
  const uuid = disputeId.toUuid(id);
  return uuid === undefined ? null : loaders.dispute.load(uuid);
}

const notFound = (): InputError => inputError('NOT_FOUND', ['id'], 'There is no such dispute.');

const refused = (userErrors: readonly PaymentUserError[]) => ({ dispute: null, userErrors });

export const dispute = {
  __resolveReference: async ({ id }: { readonly id: string }, context: PaymentsContext) =>
    hasScope(context.viewer, 'payments:read') ? findDispute(context, id) : null,
  id: ({ id }: Dispute) => disputeId.fromUuid(id),
  payment: ({ paymentId }: Dispute, _: unknown, { loaders }: PaymentsContext) =>
    loaders.payment.load(paymentId),
};
