import type pg from 'pg';
import type { InboxStore, KeptEvent } from '../inbox-store.ts';

/** Longer than looking into an event takes; doubled with each try that failed. */
const LEASE_SECONDS = 10;
const LONGEST_LEASE_SECONDS = 600;
/** A provider repeats an event for days, and a signature is good for minutes. */
const KEEP_DAYS = 30;

interface EventRow {
  readonly provider: string;
  readonly event_id: string;
  readonly type: string;
  readonly reference: string | null;
  readonly attempts: number;
}

export const createPostgresInboxStore = (pool: pg.Pool): InboxStore => ({
  keep: async (provider, { id, type, reference }) => {
    await pool.query(
      `INSERT INTO provider_events (provider, event_id, type, reference) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [provider, id, type, reference],
    );
  },
  claimDue: async (limit) => {
    const { rows } = await pool.query<EventRow>(
      `UPDATE provider_events SET attempts = attempts + 1,
         next_attempt_at = now() + least($2, $3 * 2 ^ least(attempts, 10)) * interval '1 second'
       WHERE (provider, event_id) IN (
         SELECT provider, event_id FROM provider_events WHERE processed_at IS NULL AND next_attempt_at <= now()
         ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING provider, event_id, type, reference, attempts`,
      [limit, LONGEST_LEASE_SECONDS, LEASE_SECONDS],
    );
    return rows.map(({ provider, event_id: id, type, reference, attempts }): KeptEvent => ({
      provider,
      id,
      type,
      reference,
      attempts,
    }));
  },
  settle: async ({ provider, id }) => {
    await pool.query(
      'UPDATE provider_events SET processed_at = now() WHERE provider = $1 AND event_id = $2',
      [provider, id],
    );
  },
  postpone: async ({ provider, id }, delayMs) => {
    await pool.query(
      `UPDATE provider_events SET next_attempt_at = now() + $3 * interval '1 millisecond'
       WHERE provider = $1 AND event_id = $2`,
      [provider, id, delayMs],
    );
  },
  purge: async (limit) => {
    const { rowCount } = await pool.query(
      `DELETE FROM provider_events WHERE (provider, event_id) IN (
         SELECT provider, event_id FROM provider_events
         WHERE received_at < now() - $1 * interval '1 day' AND processed_at IS NOT NULL LIMIT $2)`,
      [KEEP_DAYS, limit],
    );
    return rowCount ?? 0;
  },
});
