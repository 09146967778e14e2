import type pg from 'pg';
import type { AuditEntry, AuditStore } from '../audit-store.ts';

export const createPostgresAuditStore = (pool: pg.Pool): AuditStore => ({
  list: async ({ limit, after, subjectId, actorId, types }) => {
    const { rows } = await pool.query<AuditEntry>(
      `SELECT id, at, type, actor_id AS "actorId", subject_id AS "subjectId", session_id AS "sessionId", detail
         FROM audit_events
        WHERE ($2::timestamptz IS NULL OR (at, id) < ($2, $3::uuid))
          AND ($4::uuid IS NULL OR subject_id = $4) AND ($5::uuid IS NULL OR actor_id = $5)
          AND ($6::text[] IS NULL OR type = ANY($6))
        ORDER BY at DESC, id DESC LIMIT $1`,
      [limit, after?.at ?? null, after?.id ?? null, subjectId ?? null, actorId ?? null, types ?? null],
    );
    return rows;
  },
});
