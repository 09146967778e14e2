import { ClientError } from '@tributary/service-kit';
import type { UsersContext } from '../context.ts';
import { refreshCookie } from '../credentials/refresh-cookie.ts';
import type { Services } from './services.ts';

/** Where a refresh token goes. The access token is in the body always: a page keeps it for its five minutes. */
export type TokenDelivery = 'BODY' | 'COOKIE';

/** A page that is none of ours wanted a cookie, or have one used. */
export class OriginNotAllowedError extends ClientError {
  readonly code = 'ORIGIN_NOT_ALLOWED';
  readonly status = 403;
  constructor() {
    super(
      'Cookies are for pages of this site alone. Send the request from one, or add its origin to WEB_ORIGINS of users.',
    );
  }
}

/**
 * Before anything is done with a cookie. A browser sends cookies along whoever has it ask (CSRF), and keeps those of an
 * account that a stranger signed it in to; it always says which page asks. Who does not say is no browser, and has no
 * use for a cookie.
 *
 * @throws OriginNotAllowedError
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html#verifying-origin-with-standard-headers
 */
export function assertMayUseCookies(
  delivery: TokenDelivery,
  { webOrigins }: Pick<Services, 'webOrigins'>,
  { client }: UsersContext,
): void {
  if (delivery === 'COOKIE' && !webOrigins.includes(client.origin ?? '')) throw new OriginNotAllowedError();
}

/** Of a pair of tokens what its body shows; the rest is on its way by cookie. */
export function deliver<T extends { readonly refreshToken: string; readonly refreshTokenExpiresAt: Date }>(
  tokens: T,
  delivery: TokenDelivery,
  { setCookie }: UsersContext,
  now: Date,
): Omit<T, 'refreshToken'> & { readonly refreshToken: string | null } {
  if (delivery === 'BODY') return tokens;
  setCookie(refreshCookie(tokens.refreshToken, tokens.refreshTokenExpiresAt, now));
  return { ...tokens, refreshToken: null };
}
