import { describe, expect, it } from '@jest/globals';
import { readToken, type TokenSource } from './read-token.ts';

const BEARER: TokenSource = {
  headerName: 'Authorization',
  headerValuePrefix: 'Bearer',
  ignoreOtherPrefixes: false,
  cookieName: undefined,
};

describe('the access token of a request', () => {
  it.each<[Partial<TokenSource>, Record<string, string>, string | undefined]>([
    [{}, {}, undefined],
    [{}, { authorization: 'Bearer abc' }, 'abc'],
    [{}, { authorization: 'bearer   abc' }, 'abc'],
    [{}, { cookie: 'session=abc' }, undefined],
    [{ ignoreOtherPrefixes: true }, { authorization: 'Basic YTpi' }, undefined],
    [
      { headerName: 'x-token', headerValuePrefix: '' },
      { 'x-token': 'abc', authorization: 'Basic YTpi' },
      'abc',
    ],
    [{ cookieName: 'session' }, { cookie: 'a=b; session=abc; c=d' }, 'abc'],
    [{ cookieName: 'session' }, { cookie: 'xsession=abc; session=' }, undefined],
    [{ cookieName: 'session' }, { authorization: 'Bearer abc', cookie: 'session=other' }, 'abc'],
  ])('%j %j: %s', (source, headers, token) => {
    expect(readToken(headers, { ...BEARER, ...source })).toBe(token);
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer ', 'Bearerabc', 'Bearer a b', ''])(
    'is not in "%s"',
    (authorization) => {
      expect(() => readToken({ authorization }, BEARER)).toThrow(
        'The authorization header must be "Bearer" and an access token.',
      );
    },
  );
});
