export interface MfaStatus {
  readonly userId: string;
  readonly totpEnabled: boolean;
  readonly recoveryCodesRemaining: number;
}

export interface TotpCredential {
  readonly secretSealed: Buffer;
  readonly confirmedAt: Date | null;
}

interface OfUser {
  readonly userId: string;
  readonly now: Date;
}

export interface TotpUse extends OfUser {
  /** The period that the code is of. */
  readonly step: number;
  /** The sign-in or the session that the code was sent in. */
  readonly usedBy: string;
}

/** The second factors of accounts. */
export interface MfaStore {
  /** Of users that have any. */
  findStatus(userIds: readonly string[]): Promise<readonly MfaStatus[]>;
  findTotp(userId: string): Promise<TotpCredential | undefined>;
  /** Replaces one that was not confirmed; false when there is one that was. */
  beginTotp(credential: OfUser & { readonly secretSealed: Buffer }): Promise<boolean>;
  /** From now on sign-ins ask for a code, which this session has given. False when there is nothing to confirm. */
  confirmTotp(
    confirmation: TotpUse & { readonly codeHashes: readonly Buffer[]; readonly sessionId: string },
  ): Promise<boolean>;
  /** REFUSED: a code of this period or a later one was used before. REUSED: besides, its owner is told that it came back. */
  useTotp(use: TotpUse): Promise<'USED' | 'REFUSED' | 'REUSED'>;
  /** False when there is no such code that is unused. */
  useRecoveryCode(use: OfUser & { readonly codeHash: Buffer }): Promise<boolean>;
  replaceRecoveryCodes(codes: OfUser & { readonly codeHashes: readonly Buffer[] }): Promise<void>;
  /** Recovery codes go too. False when there is none. */
  disableTotp(user: OfUser): Promise<boolean>;
  /** False when this is not the password any more. */
  addChallenge(challenge: {
    readonly idHash: Buffer;
    readonly userId: string;
    readonly passwordHash: string;
    readonly expiresAt: Date;
  }): Promise<boolean>;
  /** Whose challenge it is, for one more attempt; undefined when it has ended. */
  tryChallenge(idHash: Buffer, maxAttempts: number, now: Date): Promise<string | undefined>;
  purgeChallenges(before: Date): Promise<void>;
  /** Of codes that were used before. */
  purgeTotpUses(before: Date): Promise<void>;
}
