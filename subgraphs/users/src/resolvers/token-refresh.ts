import type { UsersContext } from '../context.ts';
import { NO_REFRESH_COOKIE } from '../credentials/refresh-cookie.ts';
import {
  hashRefreshToken,
  isRefreshToken,
  newRefreshToken,
  openSuccessor,
  sealSuccessor,
} from '../credentials/refresh-token.ts';
import {
  tokenInvalid,
  tokenReused,
  type TokenInvalidError,
  type TokenReusedError,
} from '../domain/user-errors.ts';
import type { Services } from './services.ts';
import { assertMayUseCookies, deliver, type TokenDelivery } from './token-delivery.ts';
import { toTokenPair } from './token-pair.ts';

/** Needs no signed-in viewer: whoever refreshes usually holds an expired access token, or none. */
export const tokenRefresh =
  (services: Services) =>
  async (
    _: unknown,
    { input }: { input: { readonly refreshToken?: string | null } },
    context: UsersContext,
  ) => {
    const delivery: TokenDelivery = typeof input.refreshToken === 'string' ? 'BODY' : 'COOKIE';
    assertMayUseCookies(delivery, services, context);
    const presented = input.refreshToken ?? context.client.refreshToken ?? '';
    const refused = (error: TokenInvalidError | TokenReusedError) => {
      if (delivery === 'COOKIE') context.setCookie(NO_REFRESH_COOKIE);
      return { tokens: null, userErrors: [error] };
    };
    if (!isRefreshToken(presented)) return refused(tokenInvalid(false));
    const successor = newRefreshToken();
    const result = await services.stores.sessions.rotate({
      presentedHash: hashRefreshToken(presented),
      successorHash: hashRefreshToken(successor),
      sealedSuccessor: sealSuccessor(successor, presented),
      now: services.now(),
    });
    if (result.kind === 'INVALID') return refused(tokenInvalid(result.expired));
    if (result.kind === 'REUSED') return refused(tokenReused());
    const refreshToken =
      result.kind === 'ROTATED' ? successor : openSuccessor(result.sealedSuccessor, presented);
    const issued = { refreshToken, refreshTokenExpiresAt: result.expiresAt };
    const tokens = await toTokenPair(result.session, issued, services, context);
    return { tokens: deliver(tokens, delivery, context, services.now()), userErrors: [] };
  };
