import {
  createHttpCaller,
  type HttpCaller,
  type Logger,
  type ViewerTokenSigner,
} from '@tributary/service-kit';
import type { CheckoutLine } from '../domain/check-lines.ts';
import { inputError, type CheckoutUserError } from '../domain/user-error.ts';
import {
  InventoryUnavailableError,
  type Inventory,
  type ReserveOutcome,
  type RestockOutcome,
} from './inventory.ts';
import {
  COMMIT,
  InventoryAnswer,
  RELEASE,
  reservationStatus,
  RESERVE,
  RESTOCK,
  type InventoryResult,
  type InventoryUserError,
} from './operations.ts';

const AUDIENCE = 'products';
const IDENTITY = { kind: 'service', id: 'payments', scopes: ['inventory:reserve'] } as const;

export interface HttpInventoryOptions {
  /** GraphQL endpoint of the products service. */
  readonly url: string;
  readonly signer: ViewerTokenSigner;
  readonly logger: Logger;
}

/** The products service over GraphQL, with payments' own signed identity. */
export function createHttpInventory(options: HttpInventoryOptions): Inventory {
  const http = createHttpCaller();
  const call = (query: string, variables: unknown, signal: AbortSignal): Promise<InventoryResult> =>
    callProducts(options, http, query, variables, signal);
  return {
    reserve: async ({ reservationId, currency, lines, ttlSeconds }, signal) => {
      const input = { id: reservationId, currency, lines, ttlSeconds };
      return toReserveOutcome(await call(RESERVE, { input }, signal), lines);
    },
    commit: async (id, signal) => {
      const status = reservationStatus(await call(COMMIT, { id }, signal));
      return status === 'COMMITTED' || status === 'COMMITTING' ? 'committed' : 'refused';
    },
    release: async (id, reason, signal) => {
      await call(RELEASE, { id, reason }, signal);
    },
    restock: async (id, signal) => {
      const result = await call(RESTOCK, { id }, signal);
      const outcome = toRestockOutcome(result);
      if (outcome === 'not-sold') {
        // The money goes its way without the goods; a person has to look at the level (inventoryAdjust).
        options.logger.error(
          { 'reservation.id': id, 'reservation.status': reservationStatus(result) },
          'goods cannot be put back into stock: products does not have them as sold',
        );
      }
      return outcome;
    },
  };
}

async function callProducts(
  { url, signer, logger }: HttpInventoryOptions,
  http: HttpCaller,
  query: string,
  variables: unknown,
  signal: AbortSignal,
): Promise<InventoryResult> {
  let body: unknown;
  let status: number;
  try {
    const token = await signer.sign(IDENTITY, AUDIENCE);
    const answer = await http(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
      signal,
    });
    status = answer.status;
    body = JSON.parse(answer.text);
  } catch (cause) {
    throw new InventoryUnavailableError(cause);
  }
  const answer = InventoryAnswer.safeParse(body);
  if (answer.success) return answer.data.data.result;
  // Nothing was decided as far as we can tell; a person may have to look (contract, trust), so it is not silent.
  logger.error(
    { 'http.status': status, 'graphql.code': firstErrorCode(body) },
    'products gave an unusable answer',
  );
  throw new InventoryUnavailableError(answer.error);
}

function firstErrorCode(body: unknown): unknown {
  const errors = (body as { errors?: { extensions?: { code?: unknown } }[] } | null)?.errors;
  return Array.isArray(errors) ? errors[0]?.extensions?.code : undefined;
}

function toReserveOutcome(result: InventoryResult, lines: readonly CheckoutLine[]): ReserveOutcome {
  const { reservation, userErrors } = result;
  const status = reservationStatus(result);
  if (status === 'HELD' && reservation !== null) {
    return { kind: 'held', lines: reservation.lines, expiresAt: reservation.expiresAt };
  }
  if (userErrors.some(({ __typename }) => __typename === 'IdempotencyKeyReusedError')) {
    throw new Error('products knows this checkout with other lines');
  }
  const errors = userErrors.map((error) => toUserError(error, lines)).filter((error) => error !== undefined);
  if (errors.length > 0) return { kind: 'refused', errors };
  if (status === 'PENDING' || status === undefined) {
    throw new InventoryUnavailableError(new Error('the reservation is not decided yet'));
  }
  return { kind: 'ended' };
}

/** @throws InventoryUnavailableError when another try may find it otherwise, as a hold that is about to end. */
function toRestockOutcome(result: InventoryResult): RestockOutcome {
  const status = reservationStatus(result);
  if (status === 'RESTOCKED' || status === 'RESTOCKING') return 'restocked';
  if (status === 'RELEASED' || status === 'RELEASING') return 'not-sold';
  const isUnknown = result.userErrors.some(
    (error) => error.__typename === 'CatalogInputError' && error.code === 'NOT_FOUND',
  );
  if (status === undefined && isUnknown) return 'not-sold';
  throw new InventoryUnavailableError(new Error(`restock left the reservation ${status ?? 'undecided'}`));
}

/** Same outcome, with the path of OUR input: the order of lines is the same, the wrapping object is not. */
function toUserError(
  error: InventoryUserError,
  lines: readonly CheckoutLine[],
): CheckoutUserError | undefined {
  const { message } = error;
  switch (error.__typename) {
    case 'InsufficientStockError': {
      const { variant, requested, available } = error;
      return {
        __typename: error.__typename,
        message,
        field: lineOf(variant, lines, 'quantity'),
        variant,
        requested,
        available,
      };
    }
    case 'VariantUnavailableError':
      return {
        __typename: error.__typename,
        message,
        field: lineOf(error.variant, lines, 'variantId'),
        variant: error.variant,
      };
    case 'CatalogInputError':
      return inputError('INVALID', ['input', 'lines'], message);
    case 'ReservationStateError':
    case 'IdempotencyKeyReusedError':
      return undefined;
  }
}

function lineOf(
  variant: { readonly id: string } | null,
  lines: readonly CheckoutLine[],
  name: 'quantity' | 'variantId',
): readonly string[] {
  const index = lines.findIndex(({ variantId }) => variantId === variant?.id);
  return index === -1 ? ['input', 'lines'] : ['input', 'lines', String(index), name];
}
