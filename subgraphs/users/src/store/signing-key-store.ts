import type { ScheduledKey } from '../domain/key-schedule.ts';

export interface StoredSigningKey extends ScheduledKey {
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateSealed: Buffer;
}

export interface KeyChange {
  readonly add: StoredSigningKey | undefined;
  readonly remove: readonly string[];
}

export interface SigningKeyStore {
  list(): Promise<readonly StoredSigningKey[]>;
  /** Changes the keys as `decide` says; of several instances one at a time. @returns those there are then. */
  change(
    decide: (keys: readonly StoredSigningKey[]) => Promise<KeyChange>,
    now: Date,
  ): Promise<readonly StoredSigningKey[]>;
}
