import type { TokenPurpose } from '../domain/letters.ts';
import type { User } from './user-store.ts';

export interface NewToken {
  readonly tokenHash: Buffer;
  readonly purpose: TokenPurpose;
  /** The letter that it is for. */
  readonly letterId: string;
  readonly userId: string;
  readonly email: string;
  readonly expiresAt: Date;
}

export type TokenProblem = 'INVALID' | 'EXPIRED';

export interface TokenUse {
  readonly tokenHash: Buffer;
  readonly now: Date;
}

/** What changes how an account is entered. Each is done whole, with its letters and its audit event, or not at all. */
export interface CredentialStore {
  /**
   * Replaces older tokens of the same purpose: the newest mail is the one that works. False when the letter is not to be
   * sent any more, the account is gone, or the token is to prove its address and would go to an earlier one.
   */
  addToken(token: NewToken): Promise<boolean>;
  /** Whose password a token would set; it must have been sent to the address that the account still has. */
  findResetUser(use: TokenUse): Promise<User | TokenProblem>;
  verifyEmail(use: TokenUse): Promise<User | TokenProblem>;
  /**
   * As `changePassword`, and takes the address as verified: the mail was read. When it had never been, second factors and
   * passkeys go too: nobody knows whose they are.
   */
  resetPassword(use: TokenUse & { readonly passwordHash: string }): Promise<User | TokenProblem>;
  /**
   * Sets the password, and ends what the old one began: sessions, sign-ins that wait for a code, changes of the address.
   * Undefined when the hash is not `from` any more.
   */
  changePassword(change: {
    readonly userId: string;
    readonly from: string;
    readonly to: string;
    readonly now: Date;
  }): Promise<User | undefined>;
  /** Makes the address that the token was sent to the account's; ends all other tokens. */
  changeEmail(
    use: TokenUse & { readonly emailKeyOf: (email: string) => string },
  ): Promise<User | TokenProblem | 'EMAIL_TAKEN'>;
  purgeTokens(before: Date): Promise<void>;
}
