import type { PasskeyCredential } from '../domain/passkey.ts';

export interface Passkey extends PasskeyCredential {
  /** UUID. */
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

export interface PasskeyChallenge {
  readonly idHash: Buffer;
  /** What is signed: 32 random bytes in base64url. */
  readonly challenge: string;
  /** Who adds a passkey; undefined: anybody may sign in with one. */
  readonly userId: string | undefined;
  readonly expiresAt: Date;
}

export interface NewPasskey {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly credential: PasskeyCredential;
  readonly now: Date;
}

export interface PasskeyUse {
  readonly id: string;
  readonly counter: number;
  readonly backedUp: boolean;
  readonly now: Date;
}

interface Owned {
  readonly id: string;
  readonly userId: string;
}

/** Each change with its letter and its audit event, or not at all. One of somebody else does not exist. */
export interface PasskeyStore {
  /** Oldest first. */
  findByUsers(userIds: readonly string[]): Promise<readonly Passkey[]>;
  findByCredential(credentialId: string): Promise<Passkey | undefined>;
  addChallenge(challenge: PasskeyChallenge): Promise<void>;
  /** What was to be signed, once; undefined when it is for something else, has expired or was taken before. */
  takeChallenge(
    challenge: Omit<PasskeyChallenge, 'challenge' | 'expiresAt'> & { readonly now: Date },
  ): Promise<string | undefined>;
  purgeChallenges(before: Date): Promise<void>;
  /** KNOWN: some account has this credential already. */
  add(passkey: NewPasskey, maxPerUser: number): Promise<Passkey | 'NOT_FOUND' | 'LIMIT_EXCEEDED' | 'KNOWN'>;
  /** Writes down that it has signed. COPIED: the counter says that its key exists twice. */
  use(use: PasskeyUse): Promise<'USED' | 'COPIED' | 'NOT_FOUND'>;
  rename(passkey: Owned & { readonly name: string }): Promise<Passkey | undefined>;
  remove(passkey: Owned & { readonly now: Date }): Promise<boolean>;
}
