import { createHash, createHmac } from 'node:crypto';
import type { SignRequest } from './prepare-request.ts';

export interface MessageSignatureOptions {
  /** Tells the subgraph which of the keys it knows was used. */
  readonly keyId: string;
  /** What gateway and subgraph share. */
  readonly key: string;
}

/**
 * Signs requests with a shared key: HTTP Message Signatures with `hmac-sha256`, the body by its digest.
 *
 * @param now Milliseconds since 1970.
 * @see https://www.rfc-editor.org/rfc/rfc9421#section-3.3.3
 * @see https://www.rfc-editor.org/rfc/rfc9530#section-2
 */
export function messageSigner(
  { keyId, key }: MessageSignatureOptions,
  now: () => number = Date.now,
): SignRequest {
  return ({ url, body, headers, authorization }) => {
    const { host, pathname, search } = new URL(url);
    const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
    const covered: readonly (readonly [component: string, value: string])[] = [
      ['@method', 'POST'],
      ['@authority', host],
      ['@path', pathname],
      ...(search === '' ? [] : [['@query', search] as const]),
      ['content-digest', digest],
      // Or a request could be sent again in the name of somebody else.
      ...(authorization === undefined ? [] : [['authorization', authorization.trim()] as const]),
    ];
    const names = covered.map(([component]) => `"${component}"`).join(' ');
    const parameters = `(${names});created=${Math.floor(now() / 1_000)};keyid="${keyId}";alg="hmac-sha256"`;
    const base = [
      ...covered.map(([component, value]) => `"${component}": ${value}`),
      `"@signature-params": ${parameters}`,
    ].join('\n');
    return {
      body,
      authorization,
      headers: {
        ...headers,
        'content-digest': digest,
        'signature-input': `sig1=${parameters}`,
        signature: `sig1=:${createHmac('sha256', key).update(base).digest('base64')}:`,
      },
    };
  };
}
