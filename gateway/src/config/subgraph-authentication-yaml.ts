import { z } from 'zod';
import type { SignatureOptions, SubgraphSignatures } from '../subgraph-client/signers.ts';

const MessageSignature = z.strictObject({
  key_id: z
    .string()
    // RFC 8941 section 3.3.3, but for what would have to be escaped.
    .regex(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, 'must be text in ASCII, without quotes and backslashes')
    .describe('Name of the key; tells the subgraph which of the keys it knows was used.'),
  key: z
    .string()
    .min(32, 'must have 32 characters or more')
    .describe('What gateway and subgraph share: `${env.X}` or `${file.path}`.'),
});

const Scheme = z.strictObject({
  message_signature: MessageSignature.optional().describe(
    'Sign requests with a shared key: HTTP Message Signatures (RFC 9421), `hmac-sha256`.',
  ),
});

/** `authentication.subgraph` of gateway.yaml. */
export const SubgraphAuthentication = z.strictObject({
  all: Scheme.optional().describe('Requests to every subgraph that is not named below.'),
  subgraphs: z.record(z.string(), Scheme).default({}).describe('Requests to subgraphs by name.'),
});

/** Undefined: no request is signed. */
export function subgraphSignatures({
  all,
  subgraphs,
}: z.output<typeof SubgraphAuthentication>): SubgraphSignatures | undefined {
  const named = Object.entries(subgraphs);
  if (all === undefined && named.length === 0) return undefined;
  return {
    all: all && optionsOf(all),
    subgraphs: new Map(named.map(([name, scheme]) => [name, optionsOf(scheme)])),
  };
}

const optionsOf = ({ message_signature: message }: z.output<typeof Scheme>): SignatureOptions | undefined =>
  message && { keyId: message.key_id, key: message.key };
