export interface AuditEntry {
  /** UUID. */
  readonly id: string;
  readonly at: Date;
  readonly type: string;
  readonly actorId: string | null;
  readonly subjectId: string | null;
  readonly sessionId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditPage {
  readonly limit: number;
  /** The entry before the first one wanted. */
  readonly after: { readonly at: Date; readonly id: string } | undefined;
  readonly subjectId: string | undefined;
  readonly actorId: string | undefined;
  readonly types: readonly string[] | undefined;
}

export interface AuditStore {
  /** Newest first. */
  list(page: AuditPage): Promise<readonly AuditEntry[]>;
}
