/** Payment methods that buyers keep. They are their buyer's alone: no scope opens them to others. */
import { isSelf, requireUser } from '@tributary/subgraph-kit';
import { forgetReads, type PaymentsContext } from '../context.ts';
import { checkToken, isReturnUrl } from '../domain/complete-input.ts';
import { idempotentRequest } from '../domain/idempotency-key.ts';
import { paymentMethodId } from '../domain/ids.ts';
import { methodNotFound, type MethodUserError } from '../domain/method-user-error.ts';
import { checkKey } from '../domain/operation-input.ts';
import type { SavedMethod } from '../domain/saved-method.ts';
import { inputError, type InputError } from '../domain/user-error.ts';
import type { MethodDeps } from '../methods/method-deps.ts';
import { saveMethod } from '../methods/save-method.ts';
import { takeMethodTurn } from '../methods/take-method-turn.ts';
import { showAction } from './next-action.ts';

interface AttachInput {
  readonly paymentToken: string;
  readonly makeDefault?: boolean;
  readonly returnUrl?: URL | null;
  readonly idempotencyKey: string;
}

interface ById {
  readonly id: string;
}

export const createMethodMutations = (deps: MethodDeps) => ({
  paymentMethodAttach: async (
    _: unknown,
    { input }: { readonly input: AttachInput },
    context: PaymentsContext,
  ) => {
    const { id: buyerId } = requireUser(context.viewer);
    const { paymentToken: token, makeDefault: makesDefault = false } = input;
    const returnUrl = input.returnUrl?.href ?? null;
    const errors: InputError[] = [];
    checkKey(input.idempotencyKey, errors);
    checkToken(token, errors);
    if (!isReturnUrl(input.returnUrl ?? null)) {
      errors.push(inputError('INVALID', ['input', 'returnUrl'], 'This is no https:// address.'));
    }
    if (errors.length > 0) return refused(errors);
    const asked = [token, makesDefault, returnUrl];
    const request = idempotentRequest(buyerId, 'paymentMethodAttach', input.idempotencyKey, asked);
    const answer = await saveMethod(deps, { buyerId, token, returnUrl, makesDefault, request });
    return toPayload(context, answer.methodId, answer.errors);
  },

  paymentMethodActionComplete: async (_: unknown, { id }: ById, context: PaymentsContext) => {
    requireUser(context.viewer);
    const method = await findMethod(context, id);
    if (method === null) return refused([methodNotFound()]);
    const work = method.status === 'ACTIVE' ? undefined : await deps.methods.claim(method.id);
    const outcome = work && (await takeMethodTurn(deps, work));
    return outcome?.kind === 'failed'
      ? refused([{ ...outcome.error, field: ['id'] }])
      : toPayload(context, method.id, []);
  },

  paymentMethodSetDefault: async (_: unknown, { id }: ById, context: PaymentsContext) => {
    requireUser(context.viewer);
    const method = await findMethod(context, id);
    if (method === null || !(await deps.methods.setDefault(method.id))) return refused([methodNotFound()]);
    return toPayload(context, method.id, []);
  },

  paymentMethodDetach: async (_: unknown, { id }: ById, context: PaymentsContext) => {
    requireUser(context.viewer);
    const method = await findMethod(context, id);
    const work = method === null ? undefined : await deps.methods.beginDetach(method.id);
    if (work === undefined) return refused([methodNotFound()]);
    await takeMethodTurn(deps, work);
    forgetReads(context);
    return { paymentMethod: { ...method, isDefault: false }, userErrors: [] };
  },
});

/** The caller's own; one they have given up is gone. */
async function findMethod({ loaders, viewer }: PaymentsContext, id: string): Promise<SavedMethod | null> {
  const uuid = paymentMethodId.toUuid(id);
  const method = uuid === undefined ? null : await loaders.savedMethod.load(uuid);
  if (method === null || method.status === 'DETACHING') return null;
  return isSelf(viewer, method.buyerId) ? method : null;
}

const refused = (userErrors: readonly MethodUserError[]) => ({ paymentMethod: null, userErrors });

function toPayload(context: PaymentsContext, id: string | null, userErrors: readonly MethodUserError[]) {
  forgetReads(context);
  return { paymentMethod: () => (id === null ? null : context.loaders.savedMethod.load(id)), userErrors };
}

export const paymentMethod = {
  __resolveReference: ({ id }: ById, context: PaymentsContext) => findMethod(context, id),
  id: ({ id }: SavedMethod) => paymentMethodId.fromUuid(id),
  nextAction: ({ nextAction, provider, actionEndsAt }: SavedMethod) =>
    showAction(nextAction, provider, actionEndsAt),
};
