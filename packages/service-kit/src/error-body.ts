/** Same shape as a GraphQL response, so that a GraphQL client can read it whatever went wrong. */
export function errorBody(code: string, message: string): unknown {
  return { errors: [{ message, extensions: { code } }] };
}
