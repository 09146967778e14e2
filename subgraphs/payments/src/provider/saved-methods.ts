/** What a provider on top of payment intents does with methods that buyers keep. */
import { toDecline } from './declines.ts';
import type { CustomersApi } from './customers-api.ts';
import type { ApiProblem, ApiResult, Setup } from './intents-api.ts';
import { ProviderRejectedError, type PaymentProvider, type SetupOutcome } from './payment-provider.ts';
import { readCard } from './read-card.ts';
import { readNextAction } from './read-next-action.ts';

export function savedMethodMethods(
  api: CustomersApi,
): Pick<
  PaymentProvider,
  'createCustomer' | 'deleteCustomer' | 'saveMethod' | 'retrieveSetup' | 'forgetMethod' | 'listMethods'
> {
  return {
    createCustomer: async (customerId, call) =>
      valueOf(await api.createCustomer({ customer_id: customerId }, call)).id,
    deleteCustomer: async (reference, call) => {
      const result = await api.deleteCustomer(reference, call);
      if (!result.ok && result.problem.code !== 'resource_missing') throw rejected(result.problem);
    },
    saveMethod: async ({ methodId, customer, token, returnUrl }, call) => {
      const metadata = { payment_method_id: methodId };
      const result = await api.createSetup({ customer, paymentMethod: token, returnUrl, metadata }, call);
      if (result.ok) return toOutcome(result.value);
      const { type, param } = result.problem;
      if (param === 'payment_method') return { kind: 'unknown_method' };
      if (type === 'card_error') return { kind: 'declined', failure: toDecline(result.problem) };
      throw rejected(result.problem);
    },
    retrieveSetup: async (reference, signal) =>
      toOutcome(valueOf(await api.retrieveSetup(reference, signal))),
    forgetMethod: async (reference, call) => {
      const result = await api.detachMethod(reference, call);
      if (result.ok) return;
      // Nobody's any more, by an earlier try of ours or with its customer?
      const known = await api.retrieveMethod(reference, call.signal);
      const isGone = known.ok ? known.value.customer === null : known.problem.code === 'resource_missing';
      if (!isGone) throw rejected(result.problem);
    },
    listMethods: (customer, signal) => listMethods(api, customer, signal),
  };
}

async function* listMethods(api: CustomersApi, customer: string, signal: AbortSignal): AsyncIterable<string> {
  let after: string | undefined;
  for (;;) {
    const result = await api.listMethods(customer, after, signal);
    // Deleted there: it took its methods along.
    if (!result.ok && result.problem.code === 'resource_missing') return;
    const { methods, hasMore } = valueOf(result);
    yield* methods;
    after = methods.at(-1);
    if (!hasMore || after === undefined) return;
  }
}

/** @throws ProviderRejectedError for a setup that this service has no use for. */
function toOutcome(setup: Setup): SetupOutcome {
  const { id: reference, status, payment_method: method, last_setup_error: error } = setup;
  const action = readNextAction(setup);
  if (status === 'succeeded' && typeof method === 'object' && method?.card !== undefined) {
    return { kind: 'saved', method: method.id, card: readCard(method.card) };
  }
  if (status === 'requires_action' && action !== null) return { kind: 'action_required', reference, action };
  if (status === 'requires_payment_method' || status === 'canceled') {
    return { kind: 'declined', failure: toDecline(error ?? {}) };
  }
  throw new ProviderRejectedError(`the setup is ${status}`);
}

function valueOf<T>(result: ApiResult<T>): T {
  if (result.ok) return result.value;
  throw rejected(result.problem);
}

const rejected = ({ type, code, message }: ApiProblem): ProviderRejectedError =>
  new ProviderRejectedError(`${code ?? type}: ${message}`);
