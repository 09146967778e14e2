import type { AccessTokenIssuer } from '../credentials/access-token-issuer.ts';
import type { PasswordHasher } from '../credentials/password-hasher.ts';
import type { RelyingParty } from '../credentials/relying-party.ts';
import type { Sealer } from '@tributary/subgraph-kit';
import type { AddressLimits } from '../domain/limits.ts';
import type { Stores } from '../store/stores.ts';

/** What resolvers work with, the same for every request. */
export interface Services {
  readonly stores: Stores;
  readonly passwords: PasswordHasher;
  readonly accessTokens: AccessTokenIssuer;
  /** Undefined: nothing can be stored that must be encrypted. */
  readonly sealer: Sealer | undefined;
  /** Undefined: there are no passkeys. */
  readonly relyingParty: RelyingParty | undefined;
  /** Pages that may have refresh tokens in cookies. */
  readonly webOrigins: readonly string[];
  readonly limits: AddressLimits;
  /** Nobody signs in, and nobody learns whether an address has an account, before its mailbox was read. */
  readonly needsVerifiedEmail: boolean;
  /** How long the owner of an account may change their mind before it is erased. */
  readonly erasureDelayMs: number;
  /** Link to the document of an export, by its UUID. Undefined: there are none, for want of keys to encrypt them. */
  readonly downloadUrlOf: ((exportId: string) => string) | undefined;
  /** Called when a letter was added. */
  readonly onLetter: () => void;
  readonly now: () => Date;
}
