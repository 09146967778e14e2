import type pg from 'pg';
import type { SavedMethod } from '../../domain/saved-method.ts';
import type { Reader } from '../reader.ts';

const METHODS = `
  SELECT m.id, c.buyer_id AS "buyerId", c.provider, m.status, m.card, m.next_action AS "nextAction",
    CASE m.status WHEN 'REQUIRES_ACTION' THEN m.due_at END AS "actionEndsAt",
    m.is_default AS "isDefault", m.created_at AS "createdAt"
  FROM payment_methods m JOIN payment_customers c ON c.id = m.customer_id`;

export function createMethodReader(
  pool: pg.Pool,
): Pick<Reader, 'savedMethodsByIds' | 'savedMethodsByBuyerIds'> {
  return {
    savedMethodsByIds: async (ids) => {
      const { rows } = await pool.query<SavedMethod>(`${METHODS} WHERE m.id = ANY ($1)`, [ids]);
      return rows;
    },
    savedMethodsByBuyerIds: async (buyerIds) => {
      const { rows } = await pool.query<SavedMethod>(
        `${METHODS} WHERE c.buyer_id = ANY ($1) AND m.status = 'ACTIVE'
         ORDER BY m.is_default DESC, m.created_at DESC, m.id DESC`,
        [buyerIds],
      );
      return rows;
    },
  };
}
