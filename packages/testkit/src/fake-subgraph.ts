import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Resolvers =
  NonNullable<Exclude<Parameters<typeof buildSubgraphSchema>[0], unknown[]>> extends infer Module
    ? Module extends { resolvers?: infer R }
      ? R
      : never
    : never;

/** Everything the newest version has that the tests use: what is imported and not used does no harm. */
const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.12"
  import: [
    "@key" "@shareable" "@external" "@requires" "@provides" "@override" "@inaccessible" "@tag" "@interfaceObject"
    "@context" "@fromContext" "@authenticated" "@requiresScopes" "@policy" "@cost" "@listSize" "@cacheTag"
  ]
)`;

export const withLink = (sdl: string): string => (sdl.includes('@link(') ? sdl : `${LINK}\n${sdl}`);

export interface RecordedRequest {
  /** The body as it came. */
  readonly text: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
}

export interface FakeSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
  /** What was asked, in order. */
  readonly requests: RecordedRequest[];
  /** Answers every request with this from now on; undefined goes back to executing. */
  respondWith(answer: ((response: ServerResponse) => void) | undefined): void;
  close(): Promise<void>;
}

/** A federation subgraph over real HTTP that executes its resolvers and records what it was asked. */
export async function startFakeSubgraph(
  name: string,
  sdl: string,
  resolvers: Resolvers,
): Promise<FakeSubgraph> {
  const typeDefs = withLink(sdl);
  const schema = buildSubgraphSchema({
    typeDefs: parse(typeDefs),
    resolvers,
  });
  const requests: RecordedRequest[] = [];
  let canned: ((response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => {
    void (async () => {
      const text = await readText(request);
      const body = JSON.parse(text) as {
        query: string;
        variables?: Record<string, unknown>;
      };
      requests.push({ text, query: body.query, variables: body.variables ?? {}, headers: request.headers });
      if (canned !== undefined) {
        canned(response);
        return;
      }
      const result = await graphql({ schema, source: body.query, variableValues: body.variables ?? {} });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(result));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    name,
    sdl: typeDefs,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    respondWith: (answer) => {
      canned = answer;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return text;
}
