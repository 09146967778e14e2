import type { BaseContext } from '@apollo/server';
import type { Caller } from './auth/credentials.ts';

/** What belongs to one request. */
export interface GatewayContext extends BaseContext {
  readonly caller: Caller;
}
