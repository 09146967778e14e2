/** A GraphQL request that must succeed. @throws Error with the first error's message. */
export async function graphqlRequest<T>(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  accessToken?: string,
): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: T; errors?: readonly { message: string }[] };
  if (errors?.[0] !== undefined) throw new Error(errors[0].message);
  if (data === undefined) throw new Error(`no data, HTTP status ${response.status}`);
  return data;
}
