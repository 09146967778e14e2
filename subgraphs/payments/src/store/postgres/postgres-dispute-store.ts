import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { DisputeStatus } from '../../domain/dispute.ts';
import type { DisputeStore } from '../dispute-store.ts';
import { settleDispute } from './settle-dispute.ts';

export const createPostgresDisputeStore = (pool: pg.Pool): DisputeStore => ({
  settle: (provider, dispute) => withTransaction(pool, (client) => settleDispute(client, provider, dispute)),
  statuses: async (provider, references) => {
    const { rows } = await pool.query<{ reference: string; status: DisputeStatus }>(
      `SELECT provider_reference AS reference, status FROM disputes
       WHERE provider = $1 AND provider_reference = ANY ($2)`,
      [provider, references],
    );
    return new Map(rows.map(({ reference, status }) => [reference, status]));
  },
  referencesAfter: async (provider, reference, limit) => {
    const { rows } = await pool.query<{ reference: string }>(
      `SELECT provider_reference AS reference FROM disputes
       WHERE provider = $1 AND provider_reference > $2 ORDER BY provider_reference LIMIT $3`,
      [provider, reference, limit],
    );
    return rows.map((row) => row.reference);
  },
});
