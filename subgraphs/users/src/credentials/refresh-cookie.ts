/**
 * Where a browser keeps a refresh token that no script of a page can read.
 *
 * The prefix has browsers see to it that the cookie came over HTTPS (or from this machine), from this very host, and
 * for all of it: a neighbouring subdomain cannot plant one. A narrower path would rule the prefix out and keep
 * nobody off: everything is asked at one path.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265
 */
export const REFRESH_COOKIE = '__Host-tributary-refresh';

/** Strict: no link, form or script of another site has it sent along. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

export const refreshCookie = (token: string, expiresAt: Date, now: Date): string =>
  `${REFRESH_COOKIE}=${token}; Max-Age=${Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1_000))}; ${ATTRIBUTES}`;

/** Has a browser forget it. */
export const NO_REFRESH_COOKIE = `${REFRESH_COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;

/** @param header Of the request, as it came. */
export function readRefreshCookie(header: string): string | undefined {
  const prefix = `${REFRESH_COOKIE}=`;
  const pair = header
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(prefix));
  return pair === undefined || pair === prefix ? undefined : pair.slice(prefix.length);
}
