import type { LetterKind } from '../domain/letters.ts';

export interface NewLetter {
  readonly id: string;
  readonly kind: LetterKind;
  readonly email: string;
  /** Undefined: whoever has the address when the letter is written. */
  readonly userId: string | undefined;
  readonly now: Date;
}

export interface Letter {
  readonly id: string;
  readonly kind: LetterKind;
  readonly email: string;
  readonly userId: string | null;
  readonly createdAt: Date;
  /** This one included. */
  readonly attempts: number;
}

/** Letters to be written: each is written at least once. */
export interface LetterStore {
  add(letter: NewLetter): Promise<void>;
  /** For whoever gave the password; false when it is another one by now. */
  addIfPassword(letter: NewLetter & { readonly userId: string }, passwordHash: string): Promise<boolean>;
  /** The one that waits longest, for this caller alone until `leasedUntil`: should it die, another takes over. */
  claimDue(now: Date, leasedUntil: Date): Promise<Letter | undefined>;
  done(id: string, now: Date): Promise<void>;
  /** @param nextAttemptAt Undefined: given up. */
  failed(id: string, error: string, now: Date, nextAttemptAt: Date | undefined): Promise<void>;
  /** Deletes what was done before; failed ones stay. */
  purge(before: Date): Promise<void>;
}
