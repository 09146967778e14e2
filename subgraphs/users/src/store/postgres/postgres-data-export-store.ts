import { newUuid } from '@tributary/subgraph-kit';
import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { DataExport, DataExportStore, DueExport } from '../data-export-store.ts';
import { addLetter } from './add-letter.ts';
import { appendAuditEvent } from './audit-event.ts';
import { collectUserData } from './collect-user-data.ts';
import { lockUser } from './lock-user.ts';

const COLUMNS = `id, user_id AS "userId", requested_at AS "requestedAt", failed_at AS "failedAt", expires_at AS "expiresAt"`;

export function createPostgresDataExportStore(pool: pg.Pool): DataExportStore {
  return {
    findNewest: async (userIds) => {
      const { rows } = await pool.query<DataExport>(
        `SELECT DISTINCT ON (user_id) ${COLUMNS} FROM data_exports WHERE user_id = ANY($1::uuid[])
          ORDER BY user_id, requested_at DESC`,
        [userIds],
      );
      return rows;
    },
    request: (request) => withTransaction(pool, (client) => requestExport(client, request)),
    claimDue: async (now, leasedUntil) => {
      const { rows } = await pool.query<DueExport>(
        `UPDATE data_exports SET attempts = attempts + 1, next_attempt_at = $2
          WHERE id = (SELECT id FROM data_exports
                       WHERE document_sealed IS NULL AND failed_at IS NULL AND next_attempt_at <= $1
                       ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
          RETURNING id, user_id AS "userId", requested_at AS "requestedAt", attempts`,
        [now, leasedUntil],
      );
      return rows[0];
    },
    collect: (userId) => collectUserData(pool, userId),
    complete: (due, document) => withTransaction(pool, (client) => complete(client, due, document)),
    failed: async (id, error, now, nextAttemptAt) => {
      await pool.query(
        `UPDATE data_exports SET last_error = $2, next_attempt_at = coalesce($4, next_attempt_at),
                failed_at = CASE WHEN $4::timestamptz IS NULL THEN $3::timestamptz END
          WHERE id = $1 AND document_sealed IS NULL`,
        [id, error, now, nextAttemptAt ?? null],
      );
    },
    findDocument: async (id, now) => {
      const { rows } = await pool.query<{ sealed: Buffer }>(
        'SELECT document_sealed AS sealed FROM data_exports WHERE id = $1 AND expires_at > $2',
        [id, now],
      );
      return rows[0]?.sealed;
    },
    purge: async (now, failedBefore) => {
      await pool.query('DELETE FROM data_exports WHERE expires_at <= $1 OR failed_at < $2', [
        now,
        failedBefore,
      ]);
    },
  };
}

async function requestExport(
  client: pg.PoolClient,
  { id, userId, since, now }: Parameters<DataExportStore['request']>[0],
): Promise<DataExport | undefined> {
  if (!(await lockUser(client, userId))) return undefined;
  const present = await client.query<DataExport>(
    `SELECT ${COLUMNS} FROM data_exports
      WHERE user_id = $1 AND failed_at IS NULL AND (document_sealed IS NULL OR requested_at > $2) LIMIT 1`,
    [userId, since],
  );
  if (present.rows[0] !== undefined) return present.rows[0];
  const { rows } = await client.query<DataExport>(
    `INSERT INTO data_exports (id, user_id, requested_at, next_attempt_at) VALUES ($1, $2, $3, $3) RETURNING ${COLUMNS}`,
    [id, userId, now],
  );
  return rows[0];
}

async function complete(
  client: pg.PoolClient,
  { id, userId }: DueExport,
  { sealed, expiresAt, now }: Parameters<DataExportStore['complete']>[1],
): Promise<void> {
  if (!(await lockUser(client, userId))) return;
  const { rowCount } = await client.query(
    'UPDATE data_exports SET document_sealed = $2, expires_at = $3, last_error = NULL WHERE id = $1 AND document_sealed IS NULL',
    [id, sealed, expiresAt],
  );
  if (rowCount !== 1) return;
  const { rows } = await client.query<{ email: string }>('SELECT email FROM users WHERE id = $1', [userId]);
  const email = rows[0]?.email;
  if (email !== undefined)
    await addLetter(client, { id: newUuid(), kind: 'DATA_EXPORT_READY', email, userId, now });
  await appendAuditEvent(client, { type: 'DATA_EXPORTED', at: now, subjectId: userId });
}
