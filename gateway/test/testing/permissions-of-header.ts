import type { Credentials } from '../../src/auth/credentials.ts';

/** Credentials of callers who have the permissions that their `authorization` header names. */
export const permissionsOfHeader: Credentials = {
  identify: ({ authorization }) => ({
    key: authorization ?? '',
    permissions: new Set(authorization?.split(' ')),
    claims: () => ({}),
    authorizationFor: () => undefined,
  }),
  stop: () => undefined,
};

/** The headers of a caller with permissions. */
export const as = (...permissions: string[]): Record<string, string> =>
  permissions.length === 0 ? {} : { authorization: permissions.join(' ') };
