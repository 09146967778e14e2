import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress, lookupPublic, PrivateAddressError } from './public-address.ts';

export interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** `public`: whoever named the URL is not trusted, so it may lead nowhere inside. */
  readonly to: 'public' | 'anywhere';
}

/** It was not taken. */
export class DeliveryFailedError extends Error {
  /** What the receiver answered; undefined when it did not. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, cause?: unknown) {
    super(message, { cause });
    this.name = 'DeliveryFailedError';
    this.status = status;
  }
}

/**
 * Posts once and follows no redirect; what the receiver says besides its status is not read.
 *
 * @returns The status, 2xx.
 * @throws DeliveryFailedError
 */
export async function postDelivery(delivery: Delivery): Promise<number> {
  let status: number;
  try {
    status = await post(delivery);
  } catch (cause) {
    const reason = isTimeout(cause) ? 'it did not answer in time' : reasonOf(cause);
    throw new DeliveryFailedError(reason, undefined, cause);
  }
  if (status >= 200 && status < 300) return status;
  throw new DeliveryFailedError(`the receiver answered ${status}`, status);
}

async function post({ url, headers, body, timeoutMs, to }: Delivery): Promise<number> {
  const { protocol, hostname } = new URL(url);
  // A name that is an address is never looked up.
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (to === 'public' && isIP(literal) !== 0 && !isPublicAddress(literal)) throw new PrivateAddressError();
  const request = protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // A connection of its own: one that is kept was made without the look-up.
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(to === 'public' ? { lookup: lookupPublic } : {}),
    });
    sent.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.on('error', () => undefined).destroy();
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const isTimeout = (error: unknown): boolean => (error as { name?: unknown }).name === 'AbortError';

function reasonOf(error: unknown): string {
  const { message, code } = error as { readonly message?: string; readonly code?: string };
  return [message, code].find((text) => text !== undefined && text !== '') ?? 'the connection failed';
}
