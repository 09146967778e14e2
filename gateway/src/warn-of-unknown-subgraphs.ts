import type { Logger } from '@tributary/service-kit';
import type { ServingConfig } from './config/gateway-config.ts';
import type { Snapshot } from './supergraph/snapshot.ts';

type Named = { readonly subgraphs: ReadonlyMap<string, unknown> } | undefined;

/** Tells what the configuration says of subgraphs that the supergraph does not have: a name with a typing error does nothing. */
export function warnOfUnknownSubgraphs(
  config: ServingConfig,
  { subgraphUrls }: Pick<Snapshot, 'subgraphUrls'>,
  logger: Logger,
): void {
  const options: Readonly<Record<string, Named>> = {
    'traffic_shaping or override_subgraph_url': config.subgraphShapes,
    'headers (request)': config.headerRules,
    'headers (response)': config.responseHeaderRules,
    'tls.subgraph': config.subgraphTls,
    'authentication.subgraph': config.subgraphSignatures,
    include_subgraph_errors: config.subgraphErrors,
    demand_control: config.demandControl,
  };
  for (const [option, named] of Object.entries(options)) {
    const unknown = [...(named?.subgraphs.keys() ?? [])].filter((name) => !subgraphUrls.has(name));
    if (unknown.length > 0)
      logger.warn(
        {
          'config.option': option,
          'subgraph.names': unknown,
          'supergraph.subgraphs': [...subgraphUrls.keys()],
        },
        'the configuration names subgraphs that the supergraph does not have',
      );
  }
}
