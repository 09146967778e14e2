import type { CreatePlugin, PluginRequest } from '../src/plugins/gateway-plugin.ts';

interface Timing {
  readonly begun: number;
  readonly subgraphs: Map<string, { requests: number; ms: number }>;
}

/**
 * Says in `Server-Timing` how long the gateway took, and how long each subgraph was waited for: browsers show it beside
 * the request.
 *
 * @see https://www.w3.org/TR/server-timing/
 */
const serverTiming: CreatePlugin = () => {
  const key = Symbol('server-timing');
  const timingOf = ({ values }: PluginRequest): Timing => values.get(key) as Timing;
  return {
    name: 'server-timing',
    onRequest: ({ values }) => {
      values.set(key, { begun: performance.now(), subgraphs: new Map() } satisfies Timing);
      return undefined;
    },
    onSubgraphResponse: ({ request: { operation, subgraph }, durationMs }) => {
      const { subgraphs } = timingOf(operation.request);
      const before = subgraphs.get(subgraph) ?? { requests: 0, ms: 0 };
      subgraphs.set(subgraph, { requests: before.requests + 1, ms: before.ms + durationMs });
    },
    onResponse: ({ operation: { request } }) => {
      const { begun, subgraphs } = timingOf(request);
      request.responseHeaders['server-timing'] = [
        `total;dur=${(performance.now() - begun).toFixed(1)}`,
        ...[...subgraphs].map(
          ([subgraph, { requests, ms }]) =>
            `${token(subgraph)};dur=${ms.toFixed(1)};desc="${requests} request${requests === 1 ? '' : 's'}"`,
        ),
      ].join(', ');
    },
  };
};

/** A metric's name is a token of RFC 9110, and a subgraph's need not be. */
const token = (name: string): string => name.replace(/[^\w!#$%&'*+.^`|~-]/g, '_');

export default serverTiming;
