export interface DataExport {
  /** UUID. */
  readonly id: string;
  readonly userId: string;
  readonly requestedAt: Date;
  readonly failedAt: Date | null;
  /** When the document is deleted; null before there is one. */
  readonly expiresAt: Date | null;
}

export interface DueExport {
  readonly id: string;
  readonly userId: string;
  readonly requestedAt: Date;
  /** This one included. */
  readonly attempts: number;
}

/** Copies of what is known of a person, for that person. */
export interface DataExportStore {
  /** The newest of each user; those whose document was deleted are gone. */
  findNewest(userIds: readonly string[]): Promise<readonly DataExport[]>;
  /** One that is being made or was asked for after `since` is answered instead. Undefined when there is no such user. */
  request(request: {
    readonly id: string;
    readonly userId: string;
    readonly since: Date;
    readonly now: Date;
  }): Promise<DataExport | undefined>;
  /** The one that waits longest, for this caller alone until `leasedUntil`. */
  claimDue(now: Date, leasedUntil: Date): Promise<DueExport | undefined>;
  /** What this service knows. */
  collect(userId: string): Promise<Readonly<Record<string, unknown>>>;
  /** With its letter and its audit event. Nothing happens when the account is gone by now. */
  complete(
    due: DueExport,
    document: { readonly sealed: Buffer; readonly expiresAt: Date; readonly now: Date },
  ): Promise<void>;
  /** @param nextAttemptAt Undefined: given up. */
  failed(id: string, error: string, now: Date, nextAttemptAt: Date | undefined): Promise<void>;
  findDocument(id: string, now: Date): Promise<Buffer | undefined>;
  /** Deletes those whose documents have expired, and those given up before. */
  purge(now: Date, failedBefore: Date): Promise<void>;
}
