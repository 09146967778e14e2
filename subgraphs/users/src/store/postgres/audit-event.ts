import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';

export interface AuditEvent {
  readonly type:
    | 'REGISTERED'
    | 'SIGNED_IN'
    | 'SIGN_IN_FAILED'
    | 'SIGNED_OUT'
    | 'SESSION_REVOKED'
    | 'SESSIONS_REVOKED'
    | 'TOKEN_REUSED'
    | 'EMAIL_VERIFIED'
    | 'EMAIL_CHANGED'
    | 'USER_SUSPENDED'
    | 'USER_REINSTATED'
    | 'USER_UNLOCKED'
    | 'ROLES_SET'
    | 'ERASURE_REQUESTED'
    | 'ERASURE_CANCELED'
    | 'USER_ERASED'
    | 'DATA_EXPORTED'
    | 'MFA_ENABLED'
    | 'MFA_DISABLED'
    | 'TOTP_CODE_REUSED'
    | 'PASSKEY_ADDED'
    | 'PASSKEY_REMOVED'
    | 'PASSKEY_COPIED'
    | 'RECOVERY_CODE_USED'
    | 'RECOVERY_CODES_REPLACED'
    | 'PASSWORD_CHANGED'
    | 'PASSWORD_RESET';
  readonly at: Date;
  readonly subjectId: string | undefined;
  readonly sessionId?: string;
  /** Undefined: the subject, or nobody who was known. */
  readonly actorId?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Appends to the audit log, in the transaction of what it tells about. */
export async function appendAuditEvent(
  client: Pick<pg.ClientBase, 'query'>,
  event: AuditEvent,
): Promise<void> {
  await client.query(
    `INSERT INTO audit_events (id, at, type, actor_id, subject_id, session_id, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      newUuid(),
      event.at,
      event.type,
      event.actorId ?? null,
      event.subjectId ?? null,
      event.sessionId ?? null,
      event.detail ?? {},
    ],
  );
}
