/**
 * Signatures of deliveries as Standard Webhooks has them, symmetric: sender and receiver share a secret.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, randomBytes } from 'node:crypto';
import { signedHeaders, type DeliveryHeaders } from './event-signature.ts';

const VERSION = 'v1';
const PREFIX = 'whsec_';
/** The specification asks for 24 to 64. */
const SECRET_BYTES = 32;

/** `whsec_` and base64, as the libraries of Standard Webhooks take it. */
export const newDeliverySecret = (): string => `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;

/** @param secrets Each signs: while they change there are two, and the receiver knows at least one of them. */
export const signWithSecrets = (
  secrets: readonly string[],
  id: string,
  body: string,
  now: Date,
): DeliveryHeaders =>
  signedHeaders(id, body, now, (text) =>
    secrets.map((secret) => `${VERSION},${signatureOf(secret, text)}`).join(' '),
  );

const signatureOf = (secret: string, text: Buffer): string =>
  createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .update(text)
    .digest('base64');
