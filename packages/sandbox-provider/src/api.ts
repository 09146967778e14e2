/** The HTTP face: bearer key, idempotency keys by Stripe's rules, and the ways in which a test card misbehaves. */
import { readBody, sendJson, type RouteHandler } from '@tributary/service-kit';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { unixNow, type Books } from './books.ts';
import { customerOperations } from './customers.ts';
import { disputeOperations } from './disputes.ts';
import { ApiError, parseForm } from './form.ts';
import { intentOperations } from './intents.ts';
import { list, type Operation, type OperationContext, type Outcome } from './operation.ts';
import { paymentMethodOperations } from './payment-methods.ts';
import { refundOperations } from './refunds.ts';
import { setupIntentOperations } from './setup-intents.ts';
import type { TestCard } from './test-cards.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_KEY_LENGTH = 255;

const OPERATIONS: readonly Operation[] = [
  ...intentOperations,
  ...refundOperations,
  ...disputeOperations,
  ...customerOperations,
  ...setupIntentOperations,
  ...paymentMethodOperations,
  {
    method: 'GET',
    path: /^\/v1\/events$/,
    run: ({ books }) => ({ body: list(books.list('event'), '/v1/events') }),
  },
];

/** What a test may make worse while the provider runs. */
export interface Weather {
  /** Added to every answer, in milliseconds. */
  delayMs: number;
  /** Share of answers that are lost after their effect, 0 to 1. */
  loseAnswers: number;
}

export interface ApiOptions {
  readonly books: Books;
  readonly apiKey: string;
  readonly publicUrl: () => string;
  readonly weather: Weather;
}

export function apiRoute(options: ApiOptions): RouteHandler {
  const failedOnce = new Set<string>();
  const inFlight = new Set<string>();
  return async (request, response, url) => {
    try {
      await answer(options, failedOnce, inFlight, request, response, url);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sendJson(response, error.status, { error: error.error });
    }
  };
}

async function answer(
  { books, apiKey, publicUrl, weather }: ApiOptions,
  failedOnce: Set<string>,
  inFlight: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  assertAuthorized(request, apiKey);
  assertVersion(request);
  const body = request.method === 'POST' ? (await readBody(request, MAX_BODY_BYTES)).toString() : '';
  const operation = findOperation(request.method ?? '', url.pathname);
  const context: OperationContext = {
    books,
    form: parseForm(request.method === 'POST' ? body : url.searchParams.toString()),
    ids: operation.path.exec(url.pathname)?.slice(1) ?? [],
    publicUrl: publicUrl(),
  };
  const key = request.method === 'POST' ? readKey(request) : undefined;
  const card = operation.cardOf?.(context);
  const fingerprint = createHash('sha256').update(`${url.pathname}\n${body}`).digest('hex');
  const known = key === undefined ? undefined : books.get('idempotency_key', key);
  if (known !== undefined) {
    if (known.fingerprint !== fingerprint) throw keyReused();
    if (inFlight.has(known.id)) throw keyInUse();
    response.setHeader('idempotent-replayed', 'true');
    await finish(books, weather, undefined, response, known.status, known.body);
    return;
  }
  if (card?.failsOnce === true && key !== undefined && !failedOnce.has(key)) {
    failedOnce.add(key);
    throw new ApiError(500, { type: 'api_error', message: 'An unknown error occurred.' });
  }
  const { status = 200, body: answered, put = [] } = run(operation, context);
  if (key === undefined) {
    books.put(...put);
  } else {
    // The effect and the answer that its key will give from now on are one write.
    books.put(...put, { id: key, object: 'idempotency_key', fingerprint, status, body: answered });
    inFlight.add(key);
  }
  try {
    await finish(books, weather, card, response, status, answered);
  } finally {
    if (key !== undefined) inFlight.delete(key);
  }
}

/** An error that is the answer for good is an outcome like any other. */
function run(operation: Operation, context: OperationContext): Outcome {
  try {
    return operation.run(context);
  } catch (error) {
    if (error instanceof ApiError && error.isKept)
      return { status: error.status, body: { error: error.error } };
    throw error;
  }
}

async function finish(
  books: Books,
  weather: Weather,
  card: TestCard | undefined,
  response: ServerResponse,
  status: number,
  body: unknown,
): Promise<void> {
  await books.sync();
  const waitMs = (card?.slowMs ?? 0) + weather.delayMs;
  if (waitMs > 0) await delay(waitMs);
  if (card?.losesAnswers === true || Math.random() < weather.loseAnswers) {
    response.destroy();
    return;
  }
  response.setHeader('request-id', `req_${unixNow()}`);
  sendJson(response, status, body);
}

function findOperation(method: string, path: string): Operation {
  const found = OPERATIONS.find((operation) => operation.method === method && operation.path.test(path));
  if (found !== undefined) return found;
  throw new ApiError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}).`,
  });
}

function readKey(request: IncomingMessage): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key.length > 0 && key.length <= MAX_KEY_LENGTH) return key;
  throw new ApiError(400, {
    type: 'idempotency_error',
    message: `Idempotency keys have 1 to ${MAX_KEY_LENGTH} characters.`,
  });
}

function assertAuthorized(request: IncomingMessage, apiKey: string): void {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  const given = hash(request.headers.authorization ?? '');
  if (timingSafeEqual(given, hash(`Bearer ${apiKey}`))) return;
  throw new ApiError(401, { type: 'invalid_request_error', message: 'Invalid API Key provided.' });
}

/** Of those this server knows there is one form only. */
function assertVersion(request: IncomingMessage): void {
  const version = request.headers['stripe-version'];
  if (version === undefined || (typeof version === 'string' && /^\d{4}-\d{2}-\d{2}\.[a-z]+$/.test(version)))
    return;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    message: `Invalid Stripe API version: ${String(version)}`,
  });
}

const keyReused = (): ApiError =>
  new ApiError(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with.',
  });

const keyInUse = (): ApiError =>
  new ApiError(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: 'There is currently another in-progress request using this idempotent key.',
  });
