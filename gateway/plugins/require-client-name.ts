import type { CreatePlugin, PluginSubgraphRequest } from '../src/plugins/gateway-plugin.ts';
import * as z from 'zod';

const Options = z.strictObject({
  /** Header in which clients say who they are. */
  header: z.string().default('apollographql-client-name'),
  /** Clients that may ask; without it all that have a name. */
  clients: z.array(z.string()).optional(),
});

/**
 * Refuses clients that do not say who they are, and tells the subgraphs of those that do: whoever wants to remove a
 * field can find out whom to ask.
 */
const requireClientName: CreatePlugin = (given) => {
  const { header, clients } = Options.parse(given ?? {});
  const name = header.toLowerCase();
  return {
    name: 'require-client-name',
    onRequest: ({ headers }) => {
      const client = headers[name];
      if (typeof client !== 'string' || client === '')
        return {
          code: 'CLIENT_NAME_REQUIRED',
          status: 400,
          message: `Say which client you are in the header ${header}.`,
        };
      if (clients !== undefined && !clients.includes(client))
        return { code: 'CLIENT_UNKNOWN', message: `The client "${client}" is not known here.` };
      return undefined;
    },
    onSubgraphRequest: ({ operation, headers }: PluginSubgraphRequest) => {
      headers[name] = String(operation.request.headers[name]);
      return undefined;
    },
  };
};

export default requireClientName;
