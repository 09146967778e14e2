const KEY = 'tributary:access-token';

/** The token lives as long as the tab: it is a credential, so it is not put where other tabs and restarts find it. */
export const loadAccessToken = (): string => sessionStorage.getItem(KEY) ?? '';

export function saveAccessToken(token: string): void {
  if (token === '') sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}

/** Accepts what people paste: with or without `Bearer`, quotes and white space around it. */
export const cleanAccessToken = (text: string): string =>
  text
    .trim()
    .replace(/^["']|["']$/g, '')
    .replace(/^Bearer\s+/i, '');
