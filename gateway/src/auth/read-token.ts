import { UnauthenticatedError } from '@tributary/service-kit';
import type { IncomingHttpHeaders } from 'node:http';

/** Where clients put their access token. */
export interface TokenSource {
  readonly headerName: string;
  /** What stands before the token in that header; empty: nothing. */
  readonly headerValuePrefix: string;
  /** Whether a header with another prefix is none of ours, rather than wrong. */
  readonly ignoreOtherPrefixes: boolean;
  /** A cookie that may hold it instead. */
  readonly cookieName: string | undefined;
}

/**
 * The token of a request; undefined when there is none. The header comes before the cookie.
 *
 * @throws UnauthenticatedError for a header that holds something else.
 */
export function readToken(
  headers: IncomingHttpHeaders,
  { headerName, headerValuePrefix, ignoreOtherPrefixes, cookieName }: TokenSource,
): string | undefined {
  const header = headers[headerName.toLowerCase()];
  if (typeof header === 'string') {
    const token = afterPrefix(header, headerValuePrefix);
    if (token !== undefined) return token;
    if (!ignoreOtherPrefixes)
      throw new UnauthenticatedError(
        `The ${headerName.toLowerCase()} header must be ${headerValuePrefix === '' ? '' : `"${headerValuePrefix}" and `}an access token.`,
      );
  }
  return cookieName === undefined ? undefined : cookieOf(headers.cookie ?? '', cookieName);
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-11.1 schemes are case-insensitive. */
function afterPrefix(header: string, prefix: string): string | undefined {
  if (!header.toLowerCase().startsWith(prefix.toLowerCase())) return undefined;
  const rest = header.slice(prefix.length);
  if (prefix !== '' && !rest.startsWith(' ')) return undefined;
  const token = rest.trim();
  return token === '' || token.includes(' ') ? undefined : token;
}

function cookieOf(cookies: string, name: string): string | undefined {
  const pair = cookies
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(`${name}=`));
  const value = pair?.slice(name.length + 1);
  return value === '' ? undefined : value;
}
