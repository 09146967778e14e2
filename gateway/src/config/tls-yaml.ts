import * as z from 'zod';
import type { SubgraphTlsSources } from '../tls/subgraph-tls.ts';
import type { PemSource, TlsSources } from '../tls/tls-material.ts';

const pem = () => z.string().min(1, 'must not be empty');

const ClientAuthentication = z.strictObject({
  certificate_chain: pem().describe('Certificate of the gateway, then those that lead to its authority.'),
  key: pem().describe('Its private key.'),
});

const OfSubgraph = z.strictObject({
  certificate_authorities: pem()
    .optional()
    .describe('Authorities whose certificates are taken; without it those that Node.js knows.'),
  client_authentication: ClientAuthentication.optional().describe(
    'Certificate that the gateway shows, for subgraphs that want one (mutual TLS).',
  ),
});

/** `tls` of gateway.yaml. */
export const Tls = z.strictObject({
  supergraph: z
    .strictObject({
      certificate: pem().describe('Certificate of the gateway.'),
      certificate_chain: pem()
        .optional()
        .describe('Certificates that lead to its authority, if it has not got them.'),
      key: pem().describe('Its private key.'),
    })
    .optional()
    .describe('Clients are served over HTTPS. To begin or end that needs a restart.'),
  subgraph: z
    .strictObject({
      all: OfSubgraph.optional().describe('Every subgraph whose URL begins with https.'),
      subgraphs: z
        .record(z.string(), OfSubgraph)
        .default({})
        .describe('Subgraphs by name; what is not said here is as for all.'),
    })
    .prefault({})
    .describe('Connections to subgraphs.'),
});

type FromFile = (path: string) => string;

const sourceOf = (text: string | undefined, fromFile: FromFile): PemSource | undefined =>
  text === undefined ? undefined : text.includes('-----BEGIN ') ? { text } : { file: fromFile(text) };

/** Undefined: clients are served over HTTP. */
export function listenerTls(
  { supergraph }: z.output<typeof Tls>,
  fromFile: FromFile,
): TlsSources | undefined {
  if (supergraph === undefined) return undefined;
  const { certificate, certificate_chain: chain, key } = supergraph;
  return {
    option: 'tls.supergraph',
    cert: sourceOf(certificate, fromFile),
    chain: sourceOf(chain, fromFile),
    key: sourceOf(key, fromFile),
  };
}

/** Undefined: nothing is said of any. */
export function subgraphTls(
  { subgraph: { all, subgraphs } }: z.output<typeof Tls>,
  fromFile: FromFile,
): SubgraphTlsSources | undefined {
  const names = Object.keys(subgraphs);
  if (all === undefined && names.length === 0) return undefined;
  const toSources = (
    option: string,
    {
      certificate_authorities: ca = all?.certificate_authorities,
      client_authentication: client = all?.client_authentication,
    }: z.output<typeof OfSubgraph>,
  ): TlsSources => ({
    option,
    ca: sourceOf(ca, fromFile),
    cert: sourceOf(client?.certificate_chain, fromFile),
    key: sourceOf(client?.key, fromFile),
  });
  return {
    all: all && toSources('tls.subgraph.all', all),
    subgraphs: new Map(
      names.map((name) => [name, toSources(`tls.subgraph.subgraphs.${name}`, subgraphs[name] ?? {})]),
    ),
  };
}
