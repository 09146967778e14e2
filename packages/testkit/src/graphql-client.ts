import { ANONYMOUS, type Viewer } from '@tributary/service-kit';

export interface GraphqlAnswer {
  readonly status: number;
  // Tests know the shape they asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
  readonly errors:
    | readonly {
        readonly message: string;
        readonly path?: readonly (string | number)[];
        readonly extensions?: { readonly code?: string; readonly [key: string]: unknown };
      }[]
    | undefined;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export type GraphqlRequest = (
  query: string,
  variables?: Readonly<Record<string, unknown>>,
  viewer?: Viewer,
) => Promise<GraphqlAnswer>;

/**
 * A client that speaks to a subgraph as the gateway does: every request signed for its viewer.
 *
 * @param url The GraphQL endpoint.
 * @param audience The subgraph's name.
 * @param headers On top of those that the gateway always sends.
 */
export function graphqlClient(
  url: string,
  audience: string,
  trust: { sign(viewer: Viewer, audience: string): Promise<string> },
  headers: Readonly<Record<string, string>> = {},
): GraphqlRequest {
  return async (query, variables = {}, viewer = ANONYMOUS) =>
    postGraphql(
      url,
      { query, variables },
      { ...headers, authorization: `Bearer ${await trust.sign(viewer, audience)}` },
    );
}

const ACCEPT = 'application/graphql-response+json, application/json;q=0.9';

export async function postGraphql(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<GraphqlAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: ACCEPT, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const answer = (await response.json()) as Partial<GraphqlAnswer>;
  const { data, errors, extensions } = answer;
  return { status: response.status, data, errors, ...(extensions === undefined ? {} : { extensions }) };
}
