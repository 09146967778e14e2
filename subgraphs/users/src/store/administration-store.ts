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
  /** Ends all sessions too. LAST_ADMIN: nobody would be left who may administer. */
  suspend(act: VersionedAct & { readonly reason: string }): Promise<Done | 'VERSION_MISMATCH' | 'LAST_ADMIN'>;
  reinstate(act: VersionedAct): Promise<Done | 'VERSION_MISMATCH'>;
  /** LAST_ADMIN as above; ERASURE_DUE: whoever is about to be erased becomes no administrator. */
  setRoles(
    act: AdministrativeAct & { readonly roles: readonly Role[]; readonly expectedVersion: number },
  ): Promise<Done | 'VERSION_MISMATCH' | 'LAST_ADMIN' | 'ERASURE_DUE'>;
  revokeSessions(act: AdministrativeAct): Promise<Done>;
  recordUnlock(act: AdministrativeAct): Promise<Done>;
}
