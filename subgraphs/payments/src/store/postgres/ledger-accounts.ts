import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';

/** Where the provider's debt to us is kept. */
export const pspCode = (provider: string): string => `assets:psp:${provider}`;

/** The account of this code and currency, opened when it is needed first. It is unbounded: no sale waits for another. */
export async function ensureAccount(
  client: pg.PoolClient,
  code: string,
  currency: string,
  normalSide: 'DEBIT' | 'CREDIT',
): Promise<string> {
  const find = async (): Promise<string | undefined> => {
    const { rows } = await client.query<{ id: string }>(
      'SELECT id FROM ledger_accounts WHERE code = $1 AND currency = $2',
      [code, currency],
    );
    return rows[0]?.id;
  };
  const existing = await find();
  if (existing !== undefined) return existing;
  await client.query(
    `INSERT INTO ledger_accounts (id, code, currency, normal_side, bounded) VALUES ($1, $2, $3, $4, false)
     ON CONFLICT (code, currency) DO NOTHING`,
    [newUuid(), code, currency, normalSide],
  );
  const created = await find();
  if (created === undefined) throw new Error('a ledger account vanished');
  return created;
}
