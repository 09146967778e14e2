import type { ExecutableFetch, ExecutableNode } from '../execution/executable-plan.ts';
import type { SubgraphSender } from '../execution/subgraph-sender.ts';
import type { DecidedRefusal } from '../plugins/gateway-plugin.ts';
import { PluginFailedError, type PluginRun } from '../plugins/plugin-run.ts';
import type { Outcome } from './answer.ts';
import type { RunnableOperation } from './find-operation.ts';
import { RequestRefusedError } from './request-refused-error.ts';

/** Runs an operation with plugins around it: whatever becomes of it, they see the response. */
export async function withPlugins(plugins: PluginRun, run: () => Promise<Outcome>): Promise<Outcome> {
  const outcome = await unlessPluginFails(run);
  const { headers, ...finished } = await unlessPluginFails(async () => {
    const extensions = { ...outcome.extensions };
    await plugins.onResponse({ errors: outcome.errors, extensions });
    return Object.keys(extensions).length === 0 ? outcome : { ...outcome, extensions };
  });
  return { ...finished, headers: { ...headers, ...plugins.request.responseHeaders } };
}

async function unlessPluginFails(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof PluginFailedError)) throw error;
    const { code, status, publicMessage } = error;
    return { errors: [new RequestRefusedError(publicMessage, { code, status, originalError: error })] };
  }
}

export const refusedByPlugin = ({ code, message, status, extensions = {} }: DecidedRefusal): Outcome => ({
  errors: [new RequestRefusedError(message, { code, status, extensions })],
});

export const planForPlugins = (
  { definition, compiled }: RunnableOperation,
  estimatedCost: number | undefined,
): Parameters<PluginRun['onPlan']>[0] => ({
  kind: definition.operation,
  fetches: fetchesIn(compiled.plan).map(({ subgraph, document }) => ({ subgraph, document })),
  estimatedCost,
});

const fetchesIn = (node: ExecutableNode | undefined): readonly ExecutableFetch[] =>
  node === undefined ? [] : node.kind === 'fetch' ? [node.fetch] : node.nodes.flatMap(fetchesIn);

/** Shows plugins every request to a subgraph and what became of it. */
export const sendWithPlugins =
  (send: SubgraphSender, plugins: PluginRun): SubgraphSender =>
  async (question) => {
    const { subgraph, isMutation, body } = question;
    const headers: Record<string, string> = {};
    const request = { operation: plugins.operation, subgraph, isMutation, body, headers };
    const refusal = await plugins.onSubgraphRequest(request);
    if (refusal !== undefined) {
      const { code, message, extensions } = refusal;
      return {
        data: null,
        errors: [],
        failure: { message, extensions: { code, service: subgraph, ...extensions } },
      };
    }
    const begun = performance.now();
    let status: number | undefined;
    let responseHeaders = {};
    const answer = await send({
      ...question,
      headers,
      onResponse: (response) => {
        status = response.status;
        responseHeaders = response.headers;
      },
    });
    const { failure } = answer;
    await plugins.onSubgraphResponse({
      request,
      status,
      headers: responseHeaders,
      durationMs: performance.now() - begun,
      failure: failure && { message: failure.message, code: failure.extensions?.['code'] },
    });
    return answer;
  };
