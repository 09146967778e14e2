import { describe, expect, it } from '@jest/globals';
import { UnauthenticatedError } from '@tributary/service-kit';
import type { Credentials } from '../../src/auth/credentials.ts';
import { forwardedCredentials } from '../../src/auth/credentials.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const SUBGRAPHS = { a: { sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } } };
const REQUIRED = {
  directives: true,
  filterIntrospection: false,
  rejectUnauthorized: false,
  requireAuthentication: true,
};
const nothingHolds: Credentials = {
  identify: () => {
    throw new UnauthenticatedError('The access token is not valid.');
  },
  stop: () => undefined,
};

/** RFC 9110, 15.5.2: a 401 names what would be taken instead; RFC 6750, 3: and what is wrong with what was given. */
describe.each(['', '?through=apollo-server'])('who is not signed in (%s)', (search) => {
  const start = graphsOfATest();
  const ask = async (overrides: Parameters<typeof start>[1]) => {
    const { gateway } = await start(SUBGRAPHS, overrides);
    const { status, headers } = await fetch(`${gateway.url}/graphql${search}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: '{"query":"{ a }"}',
    });
    return { status, challenge: headers.get('www-authenticate') };
  };

  it('is told to sign in with an access token', async () => {
    expect(await ask({ credentials: forwardedCredentials(), authorization: REQUIRED })).toEqual({
      status: 401,
      challenge: 'Bearer',
    });
  });

  it('is told when the token does not hold', async () => {
    expect(await ask({ credentials: nothingHolds })).toEqual({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
    });
  });
});
