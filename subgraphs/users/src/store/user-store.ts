import type { ProfileChanges } from '../domain/profile.ts';
import type { Grants, Role } from '../domain/roles.ts';

export interface User {
  /** UUID. */
  readonly id: string;
  readonly email: string;
  readonly emailVerifiedAt: Date | null;
  readonly displayName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly phone: string | null;
  readonly locale: string;
  readonly avatarUrl: string | null;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
  readonly suspendedAt: Date | null;
  readonly erasureRequestedAt: Date | null;
  readonly erasureDueAt: Date | null;
  /** When all that says whose account it was was deleted; only the id is left. */
  readonly erasedAt: Date | null;
  readonly version: number;
}

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly displayName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly locale: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly createdAt: Date;
}

export interface Credential {
  readonly userId: string;
  readonly emailKey: string;
  readonly isEmailVerified: boolean;
  readonly isSuspended: boolean;
  readonly passwordHash: string;
}

/** Of an unchanged password. */
export interface HashReplacement {
  readonly userId: string;
  readonly from: string;
  readonly to: string;
  readonly now: Date;
}

export interface UserGrants extends Grants {
  readonly userId: string;
}

/** Where a page of the list of users begins, and in which direction it goes. */
export interface UserPage {
  readonly limit: number;
  /** Oldest first instead of newest first. */
  readonly backward: boolean;
  /** The row before the first one wanted. */
  readonly after: { readonly createdAt: Date; readonly id: string } | undefined;
}

export interface ProfileUpdate {
  readonly userId: string;
  readonly changes: ProfileChanges;
  /** Undefined: whatever the version is. */
  readonly expectedVersion: number | undefined;
  readonly now: Date;
}

export interface UserStore {
  /** In any order; unknown ids are left out. */
  findByIds(ids: readonly string[]): Promise<readonly User[]>;
  findByEmailKey(emailKey: string): Promise<User | undefined>;
  findCredential(emailKey: string): Promise<Credential | undefined>;
  findCredentialOf(userId: string): Promise<Credential | undefined>;
  /** False when the hash is not the old one any more: it was replaced meanwhile, or the password was. */
  replacePasswordHash(replacement: HashReplacement): Promise<boolean>;
  /** Roles and scopes, for users that have any. */
  findGrants(userIds: readonly string[]): Promise<readonly UserGrants[]>;
  /** Newest first; `backward` turns the direction round. */
  list(page: UserPage): Promise<readonly User[]>;
  count(): Promise<number>;
  /**
   * Account, credential, role, audit event and the letter with which the address is verified; or one to the owner, unless
   * `tellsOwner` is false.
   */
  register(user: NewUser, options?: { readonly tellsOwner: boolean }): Promise<User | 'EMAIL_TAKEN'>;
  updateProfile(update: ProfileUpdate): Promise<User | 'NOT_FOUND' | 'VERSION_MISMATCH'>;
}
