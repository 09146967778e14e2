import type { Role } from '../domain/roles.ts';
import type { User } from './user-store.ts';

/** Who does it to whom. */
export interface AdministrativeAct {
  /** UUID of the administrator. */
  readonly actorId: string;
  readonly userId: string;
  readonly now: Date;
}

export interface VersionedAct extends AdministrativeAct {
  /** Undefined: whatever the version is. */
  readonly expectedVersion: number | undefined;
}

type Done = User | 'FORBIDDEN' | 'NOT_FOUND';

/**
 * What administrators do to accounts; each with its audit event, or not at all. FORBIDDEN: whoever does it is no
 * administrator any more, whatever their token says.
 */
export interface AdministrationStore {
  /** Ends all sessions too. */
  suspend(act: VersionedAct & { readonly reason: string }): Promise<Done | 'VERSION_MISMATCH'>;
  reinstate(act: VersionedAct): Promise<Done | 'VERSION_MISMATCH'>;
  /** @returns LAST_ADMIN when nobody would be left who may administer. */
  setRoles(
    act: AdministrativeAct & { readonly roles: readonly Role[]; readonly expectedVersion: number },
  ): Promise<Done | 'VERSION_MISMATCH' | 'LAST_ADMIN'>;
  revokeSessions(act: AdministrativeAct): Promise<Done>;
  recordUnlock(act: AdministrativeAct): Promise<Done>;
}
