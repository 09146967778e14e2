import { formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';

const environment = (publicUrl: string): string =>
  `export APOLLO_REGISTRY_URL=${publicUrl}/graphql
export APOLLO_KEY=...   # an API key of this graph
`;

/** What a team types to have its schema here. */
export const publishCommand = (publicUrl: string, ref: GraphRef): string =>
  `${environment(publicUrl)}npx rover subgraph publish ${formatGraphRef(ref)} \\
  --name products --schema products.graphql --routing-url http://127.0.0.1:4001/graphql`;

/** What a team types to know what its schema would break. */
export const checkCommand = (publicUrl: string, ref: GraphRef): string =>
  `${environment(publicUrl)}npx rover subgraph check ${formatGraphRef(ref)} --name products --schema products.graphql`;

/** What has a gateway tell which operations run. */
export const reportCommand = (publicUrl: string, ref: GraphRef): string =>
  `APOLLO_KEY=...   # an API key of this graph with the role ROUTER
APOLLO_GRAPH_REF=${formatGraphRef(ref)}
USAGE_ENDPOINT=${publicUrl}/api/ingress/traces`;
