import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { addLetter } from './add-letter.ts';
import { confirmEvidence } from './confirm-evidence.ts';
import type { Letter, LetterStore } from '../letter-store.ts';

export function createPostgresLetterStore(pool: pg.Pool): LetterStore {
  return {
    add: (letter) => addLetter(pool, letter),
    addIfPassword: (letter, passwordHash) =>
      withTransaction(pool, async (client) => {
        if (!(await confirmEvidence(client, letter.userId, { passwordHash }))) return false;
        await addLetter(client, letter);
        return true;
      }),
    claimDue: async (now, leasedUntil) => {
      const { rows } = await pool.query<Letter>(
        `UPDATE letters SET attempts = attempts + 1, next_attempt_at = $2
          WHERE id = (SELECT id FROM letters WHERE done_at IS NULL AND failed_at IS NULL AND next_attempt_at <= $1
                       ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
          RETURNING id, kind, email, user_id AS "userId", created_at AS "createdAt", attempts`,
        [now, leasedUntil],
      );
      return rows[0];
    },
    done: async (id, now) => {
      await pool.query('UPDATE letters SET done_at = $2, last_error = NULL WHERE id = $1', [id, now]);
    },
    failed: async (id, error, now, nextAttemptAt) => {
      await pool.query(
        `UPDATE letters SET last_error = $2, next_attempt_at = coalesce($4, next_attempt_at),
                failed_at = CASE WHEN $4::timestamptz IS NULL THEN $3::timestamptz END WHERE id = $1`,
        [id, error, now, nextAttemptAt ?? null],
      );
    },
    purge: async (before) => {
      await pool.query('DELETE FROM letters WHERE done_at < $1', [before]);
    },
  };
}
