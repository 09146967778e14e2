/**
 * Signatures of deliveries as Standard Webhooks has them, asymmetric: a receiver holds a public key only. Receivers
 * outside are given secrets instead: secret-signature.ts.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { UnauthenticatedError, type SigningKey } from '@tributary/service-kit';
import {
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const VERSION = 'v1a';
/** Older deliveries could be repeated by whoever saw one. */
const TOLERANCE_SECONDS = 300;

export type DeliveryHeaders = Readonly<
  Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
>;

/** @param key Private Ed25519 key. */
export function createDeliverySigner(
  key: SigningKey,
): (id: string, body: string, now: Date) => DeliveryHeaders {
  const privateKey = createPrivateKey({ key: key as JsonWebKey, format: 'jwk' });
  return (id, body, now) =>
    signedHeaders(id, body, now, (text) => `${VERSION},${sign(null, text, privateKey).toString('base64')}`);
}

/** @param signaturesOf Of the text that is signed; several are separated by spaces. */
export function signedHeaders(
  id: string,
  body: string,
  now: Date,
  signaturesOf: (text: Buffer) => string,
): DeliveryHeaders {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signaturesOf(signedText(id, timestamp, body)),
  };
}

/** @throws UnauthenticatedError when no key of the sender made the signature, or it is not of now. */
export function createDeliveryVerifier(
  publicKeys: readonly { readonly kty: string; readonly [member: string]: unknown }[],
): (headers: IncomingHttpHeaders, body: string, now: Date) => void {
  const keys: KeyObject[] = publicKeys.map((key) =>
    createPublicKey({ key: key as JsonWebKey, format: 'jwk' }),
  );
  return (headers, body, now) => {
    const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
      String(headers[name] ?? ''),
    ) as [string, string, string];
    const isOfNow = Math.abs(now.getTime() / 1_000 - Number(timestamp)) <= TOLERANCE_SECONDS;
    const text = signedText(id, timestamp, body);
    // While keys change there may be several, separated by spaces.
    const isSigned = signatures
      .split(' ')
      .flatMap((part) => (part.startsWith(`${VERSION},`) ? [part.slice(VERSION.length + 1)] : []))
      .some((signature) => keys.some((key) => verify(null, text, key, Buffer.from(signature, 'base64'))));
    if (!isOfNow || !isSigned)
      throw new UnauthenticatedError('The delivery is not signed by who may send it.');
  };
}

const signedText = (id: string, timestamp: string, body: string): Buffer =>
  Buffer.from(`${id}.${timestamp}.${body}`);
