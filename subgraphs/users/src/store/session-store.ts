import type { User } from './user-store.ts';

export interface Session {
  /** UUID. */
  readonly id: string;
  readonly userId: string;
  /** When a password or passkey was given. */
  readonly authTime: Date;
}

/** How a person proved who they are. */
export type AuthMethod = 'PASSWORD' | 'TOTP' | 'RECOVERY_CODE' | 'PASSKEY';

/** What has been proved in a session so far, and when the last of it was. */
export interface Proof extends Pick<Session, 'authTime'> {
  readonly methods: readonly AuthMethod[];
}

/** A session that has not ended. */
export interface LiveSession extends Session {
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** When it ends if it is not refreshed before. */
  readonly expiresAt: Date;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly methods: readonly AuthMethod[];
}

/** What lets somebody in. A challenge is used up by it. */
export type Evidence =
  | { readonly passwordHash: string }
  | { readonly challengeIdHash: Buffer }
  /** UUID. */
  | { readonly passkeyId: string };

export interface NewSession extends Session {
  readonly evidence: Evidence;
  readonly methods: readonly AuthMethod[];
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
  readonly absoluteExpiresAt: Date;
  readonly refreshTokenHash: Buffer;
  readonly refreshTokenExpiresAt: Date;
  /** When it begins: `authTime` may be of a session before. */
  readonly now: Date;
}

export interface Rotation {
  readonly presentedHash: Buffer;
  /** Becomes the live token if the presented one may be exchanged. */
  readonly successorHash: Buffer;
  /** Readable only with the presented token. */
  readonly sealedSuccessor: Buffer;
  readonly now: Date;
}

export type RotationResult =
  | { readonly kind: 'ROTATED'; readonly session: Session; readonly expiresAt: Date }
  /** The presented token had just been exchanged: this is the successor that exchange made. */
  | {
      readonly kind: 'REPLAYED';
      readonly session: Session;
      readonly expiresAt: Date;
      readonly sealedSuccessor: Buffer;
    }
  /** The session has been ended by this call. */
  | { readonly kind: 'REUSED' }
  | { readonly kind: 'INVALID'; readonly expired: boolean };

export interface SessionStore {
  /**
   * Session, first refresh token, time of sign-in and audit event, or nothing. Undefined when the user is gone or suspended, or
   * the evidence does not hold any more.
   */
  start(session: NewSession): Promise<User | undefined>;
  /** One exchange at a time for each session: callers with the same token see one another's result. */
  rotate(rotation: Rotation): Promise<RotationResult>;
  /** False when there is no such live session of this user. */
  end(session: { readonly id: string; readonly userId: string; readonly now: Date }): Promise<boolean>;
  /** Of each user the hundred that were used last, the last first. */
  findLive(userIds: readonly string[], now: Date): Promise<readonly LiveSession[]>;
  /**
   * Undefined when there is no such live session of this user, or only the password was given in it though sign-ins need a code: it began
   * before they did.
   */
  findProof(session: {
    readonly id: string;
    readonly userId: string;
    readonly now: Date;
  }): Promise<Proof | undefined>;
  /** Adds to the methods of the session what was not among them. False when there is no such live session of this user. */
  renewAuthTime(session: {
    readonly id: string;
    readonly userId: string;
    readonly methods: readonly AuthMethod[];
    readonly now: Date;
  }): Promise<boolean>;
  /** Ends one by its owner's wish. False when there is no such live session of this user. */
  revoke(session: { readonly id: string; readonly userId: string; readonly now: Date }): Promise<boolean>;
  /** Ends all but one. @returns how many. */
  revokeAll(sessions: {
    readonly userId: string;
    readonly except: string | undefined;
    readonly now: Date;
  }): Promise<number>;
  /** Deletes those that ended before, with their tokens. */
  purgeEnded(before: Date): Promise<void>;
  /** @param userId Undefined when the address belongs to nobody. */
  recordSignInFailure(failure: { readonly userId: string | undefined; readonly now: Date }): Promise<void>;
}
