import type { IncomingMessage } from 'node:http';
import { SESSION_SECONDS } from '../access/session-store.ts';

/**
 * No script can read it, and it is sent with no request that another site began. Where the registry is reached by HTTPS it
 * is sent by HTTPS only, and no other host of the domain can set it.
 */
export function createSessionCookie(isSecure: boolean) {
  const name = isSecure ? '__Host-tributary-console' : 'tributary-console';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  return {
    read: ({ headers }: IncomingMessage): string | undefined =>
      (headers.cookie ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .find((pair) => pair.startsWith(`${name}=`))
        ?.slice(name.length + 1),
    set: (token: string): string => `${name}=${token}; Max-Age=${SESSION_SECONDS}; ${attributes}`,
    clear: (): string => `${name}=; Max-Age=0; ${attributes}`,
  };
}

export type SessionCookie = ReturnType<typeof createSessionCookie>;
