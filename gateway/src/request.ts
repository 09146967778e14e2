import type { BaseContext } from '@apollo/server';
import type { Caller } from './auth/credentials.ts';

/** What belongs to one request. */
export interface GatewayContext extends BaseContext {
  readonly caller: Caller;
  /** Aborts when nobody waits for the answer any more. */
  readonly clientGone: AbortSignal;
}
