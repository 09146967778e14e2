export interface DeadEvent {
  readonly event: { readonly id: string; readonly type: string; readonly subject: string };
  readonly subscriber: string;
  readonly attempts: number;
  readonly diedAt: Date;
  readonly lastError: string;
}

/** Events that other services were to get. */
export interface EventStore {
  /** Those given up, the oldest first. */
  listDead(limit: number): Promise<readonly DeadEvent[]>;
  /** Has one delivered once more. False when it is not among the dead. */
  retry(letter: {
    readonly eventId: string;
    readonly subscriber: string;
    readonly now: Date;
  }): Promise<boolean>;
  /** Deletes what everybody had before. */
  purge(before: Date): Promise<void>;
}
