import type { UsersContext } from '../context.ts';
import { passkeyIds } from '../domain/ids.ts';
import type { MfaStatus } from '../store/mfa-store.ts';
import type { Passkey } from '../store/passkey-store.ts';

export const mfaStatusResolvers = {
  passkeys: ({ userId }: MfaStatus, _args: unknown, { loaders }: UsersContext) =>
    loaders.passkeys.load(userId),
};

export const passkeyResolvers = {
  id: (passkey: Passkey) => passkeyIds.fromUuid(passkey.id),
};
