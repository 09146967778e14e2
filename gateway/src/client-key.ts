import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Caller } from './auth/credentials.ts';

/** Where a client's name comes from. */
export type KeySource =
  { readonly from: 'claim' | 'header'; readonly name: string } | { readonly from: 'ip' };

export interface AskingClient {
  readonly headers: IncomingHttpHeaders;
  /** IP address of the other end of the connection. */
  readonly address: string;
  /** Of its access token; empty without one. */
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface ClientKey {
  /** Of the client's bucket, short whatever the client sends. */
  readonly name: string;
  /** As an operator knows the client. */
  readonly value: string;
}

const LONGEST = 64;

export interface ClientKeyOptions {
  readonly keySources: readonly KeySource[];
  readonly trustedProxies: number;
}

export const askingClient = (caller: Caller, { headers, socket }: IncomingMessage): AskingClient => ({
  headers,
  address: socket.remoteAddress ?? '',
  claims: caller.claims(),
});

/** Who is asking: by the first source that has a value, and by address when none has. */
export function clientKey(client: AskingClient, options: ClientKeyOptions): ClientKey {
  const known = knownClientKey(client, options);
  if (known !== undefined) return known;
  const address = addressOf(client, options.trustedProxies);
  return { name: nameOf({ from: 'ip' }, address, client), value: address };
}

/** Who is asking, by the first source that has a value. */
export function knownClientKey(
  client: AskingClient,
  { keySources, trustedProxies }: ClientKeyOptions,
): ClientKey | undefined {
  for (const source of keySources) {
    const value = valueOf(source, client, trustedProxies);
    if (value !== undefined) return { name: nameOf(source, value, client), value };
  }
  return undefined;
}

function valueOf(source: KeySource, client: AskingClient, trustedProxies: number): string | undefined {
  if (source.from === 'ip') return addressOf(client, trustedProxies);
  const value = source.from === 'claim' ? client.claims[source.name] : client.headers[source.name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Two issuers may give one name to two people. */
function nameOf(source: KeySource, value: string, { claims }: AskingClient): string {
  const text = source.from === 'claim' ? JSON.stringify([source.name, claims['iss'] ?? null, value]) : value;
  const short = text.length <= LONGEST ? text : createHash('sha256').update(text).digest('base64url');
  return source.from === 'header' ? `header:${source.name}:${short}` : `${source.from}:${short}`;
}

/**
 * The address that the outermost trusted proxy saw: whatever stands further left in the header anybody may have written.
 */
function addressOf({ headers, address }: AskingClient, trustedProxies: number): string {
  if (trustedProxies === 0) return address;
  const header = headers['x-forwarded-for'];
  const hops = (Array.isArray(header) ? header.join() : (header ?? '')).split(',').map((hop) => hop.trim());
  return hops.at(-trustedProxies) || address;
}
