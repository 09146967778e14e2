/** One subgraph, as a process that can be killed. Arguments: its name and its port. Tells its parent when it listens. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { createServer, type IncomingMessage } from 'node:http';
import { SUBGRAPHS, type SubgraphName } from './graph/subgraphs.ts';

const [name, port] = process.argv.slice(2);
const { sdl, resolvers } = SUBGRAPHS[name as SubgraphName];
const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers });

const server = createServer((request, response) => {
  void readText(request).then(async (text) => {
    const { query, variables } = JSON.parse(text) as { query: string; variables?: Record<string, unknown> };
    const result = await graphql({ schema, source: query, variableValues: variables ?? {} });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  });
});
// The gateway must not meet a connection that is being closed for its age: only kills are part of the soak.
server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1', () => process.send?.('listening'));
// Nobody is left to kill it.
process.once('disconnect', () => process.exit());

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return text;
}
