import { createHttpCaller, type HttpCall, type HttpCaller } from '@tributary/service-kit';
import * as z from 'zod';
import {
  ApiDispute,
  ApiProblem,
  ApiRefund,
  Intent,
  Setup,
  type ApiCall,
  type ApiResult,
  type IntentsApi,
  type NewIntent,
} from './intents-api.ts';
import { customerCall, type CustomersApi } from './customers-api.ts';
import { ProviderUnavailableError } from './payment-provider.ts';

const IntentList = z.object({ data: z.array(Intent), has_more: z.boolean() });
const RefundList = z.object({ data: z.array(ApiRefund) });
const DisputeList = z.object({ data: z.array(ApiDispute), has_more: z.boolean() });
const Customer = z.object({ id: z.string() });
const MethodList = z.object({ data: z.array(z.object({ id: z.string() })), has_more: z.boolean() });
const Method = z.object({ customer: z.string().nullable() });
const Problem = z.object({ error: ApiProblem });

export interface SandboxApiOptions {
  /** Origin of the sandbox provider, without a trailing slash. */
  readonly url: string;
  readonly apiKey: string;
}

type Params = Readonly<Record<string, string>>;

/** The sandbox provider over HTTP. */
export function createSandboxApi(options: SandboxApiOptions): IntentsApi & CustomersApi {
  const http = createHttpCaller();
  const post = <T>(
    path: string,
    shape: z.ZodType<T>,
    params: Params,
    { idempotencyKey, signal }: ApiCall,
  ): Promise<ApiResult<T>> =>
    request(options, http, path, shape, {
      method: 'POST',
      headers: { 'idempotency-key': idempotencyKey, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(params).toString(),
      signal,
    });
  const get = <T>(path: string, shape: z.ZodType<T>, signal: AbortSignal): Promise<ApiResult<T>> =>
    request(options, http, path, shape, { method: 'GET', headers: {}, signal });
  return {
    create: ({ amount, currency, metadata, ...method }, call) =>
      post(
        '/v1/payment_intents',
        Intent,
        {
          amount: String(amount),
          currency,
          capture_method: 'manual',
          confirm: 'true',
          ...methodParams(method),
          ...metadataParams(metadata),
        },
        call,
      ),
    confirm: async (id, { customer, ...method }, call) => {
      const params = { setup_future_usage: '', ...methodParams({ ...method, customer: null }) };
      if (customer !== null) {
        const named = await post(`/v1/payment_intents/${id}`, Intent, { customer }, customerCall(call));
        if (!named.ok) return named;
      }
      return post(`/v1/payment_intents/${id}/confirm`, Intent, params, call);
    },
    capture: (id, { amount }, call) =>
      post(`/v1/payment_intents/${id}/capture`, Intent, { amount_to_capture: String(amount) }, call),
    cancel: (id, call) => post(`/v1/payment_intents/${id}/cancel`, Intent, {}, call),
    retrieve: (id, signal) => get(`/v1/payment_intents/${id}`, Intent, signal),
    search: async (paymentId, signal) => {
      const query = new URLSearchParams({ query: `metadata['payment_id']:'${paymentId}'` });
      return valueOf(await get(`/v1/payment_intents/search?${query.toString()}`, IntentList, signal)).data;
    },
    refund: ({ intent, amount, reason, metadata }, call) =>
      post(
        '/v1/refunds',
        ApiRefund,
        {
          payment_intent: intent,
          amount: String(amount),
          ...(reason === null ? {} : { reason }),
          ...metadataParams(metadata),
        },
        call,
      ),
    retrieveRefund: (id, signal) => get(`/v1/refunds/${id}`, ApiRefund, signal),
    listRefunds: async (intent, signal) =>
      valueOf(await get(`/v1/refunds?payment_intent=${intent}`, RefundList, signal)).data,
    list: async (after, signal) => {
      const query = after === undefined ? '' : `?starting_after=${after}`;
      const { data, has_more } = valueOf(await get(`/v1/payment_intents${query}`, IntentList, signal));
      return { intents: data, hasMore: has_more };
    },
    createCustomer: (metadata, call) => post('/v1/customers', Customer, metadataParams(metadata), call),
    deleteCustomer: (id, { signal }) =>
      request(options, http, `/v1/customers/${id}`, z.unknown(), { method: 'DELETE', headers: {}, signal }),
    createSetup: ({ customer, paymentMethod, returnUrl, metadata }, call) =>
      post(
        '/v1/setup_intents',
        Setup,
        {
          customer,
          confirm: 'true',
          usage: 'off_session',
          payment_method: paymentMethod,
          ...(returnUrl === null ? {} : { return_url: returnUrl }),
          'expand[0]': 'payment_method',
          ...metadataParams(metadata),
        },
        call,
      ),
    retrieveSetup: (id, signal) => get(`/v1/setup_intents/${id}?expand[0]=payment_method`, Setup, signal),
    listMethods: async (id, after, signal) => {
      const query = after === undefined ? '' : `?starting_after=${after}`;
      const page = await get(`/v1/customers/${id}/payment_methods${query}`, MethodList, signal);
      if (!page.ok) return page;
      const { data, has_more } = page.value;
      return { ok: true, value: { methods: data.map((method) => method.id), hasMore: has_more } };
    },
    detachMethod: (id, call) => post(`/v1/payment_methods/${id}/detach`, z.unknown(), {}, call),
    retrieveMethod: (id, signal) => get(`/v1/payment_methods/${id}`, Method, signal),
    submitEvidence: (id, { text, submit }, call) =>
      post(
        `/v1/disputes/${id}`,
        ApiDispute,
        { 'evidence[uncategorized_text]': text, submit: String(submit) },
        call,
      ),
    closeDispute: (id, call) => post(`/v1/disputes/${id}/close`, ApiDispute, {}, call),
    retrieveDispute: (id, signal) => get(`/v1/disputes/${id}`, ApiDispute, signal),
    listDisputes: async (intent, after, signal) => {
      const query = new URLSearchParams({
        ...(intent === undefined ? {} : { payment_intent: intent }),
        ...(after === undefined ? {} : { starting_after: after }),
      });
      const { data, has_more } = valueOf(await get(`/v1/disputes?${query.toString()}`, DisputeList, signal));
      return { disputes: data, hasMore: has_more };
    },
  };
}

const metadataParams = (metadata: Params): Params =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`metadata[${name}]`, value]));

const methodParams = ({
  paymentMethod,
  returnUrl,
  customer,
  keepsMethod,
  offSession,
}: Omit<NewIntent, 'amount' | 'currency' | 'metadata'>): Params => ({
  payment_method: paymentMethod,
  ...(returnUrl === null ? {} : { return_url: returnUrl }),
  ...(customer === null ? {} : { customer }),
  ...(keepsMethod ? { setup_future_usage: 'off_session' } : {}),
  ...(offSession ? { off_session: 'true' } : {}),
});

function valueOf<T>(result: ApiResult<T>): T {
  if (result.ok) return result.value;
  throw new ProviderUnavailableError(new Error(result.problem.message));
}

/** Whether nothing is known of the outcome: somebody is at it, too many ask, or the provider has failed. */
const saysNothing = (status: number): boolean => status === 409 || status === 429 || status >= 500;

async function request<T>(
  { url, apiKey }: SandboxApiOptions,
  http: HttpCaller,
  path: string,
  shape: z.ZodType<T>,
  call: HttpCall,
): Promise<ApiResult<T>> {
  let status: number;
  let body: unknown;
  try {
    const headers = { ...call.headers, authorization: `Bearer ${apiKey}` };
    const answer = await http(`${url}${path}`, { ...call, headers });
    status = answer.status;
    body = JSON.parse(answer.text);
  } catch (cause) {
    throw new ProviderUnavailableError(cause);
  }
  if (saysNothing(status)) throw new ProviderUnavailableError(new Error(`it answered ${status}`));
  if (status === 200) {
    const value = shape.safeParse(body);
    if (value.success) return { ok: true, value: value.data };
    throw new ProviderUnavailableError(value.error);
  }
  const problem = Problem.safeParse(body);
  if (problem.success) return { ok: false, problem: problem.data.error };
  throw new ProviderUnavailableError(new Error(`it answered ${status}, and nothing that can be read`));
}
