import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';

/** Where the provider's debt to us is kept. */
export const pspCode = (provider: string): string => `assets:psp:${provider}`;

export type NormalSide = 'DEBIT' | 'CREDIT';

/** The account of this code and currency, opened when it is needed first. It is unbounded: no sale waits for another. */
export async function ensureAccount(
  client: pg.PoolClient,
  code: string,
  currency: string,
  normalSide: NormalSide,
): Promise<string> {
  return (await ensureAccounts(client, { [code]: normalSide }, currency))(code);
}

/**
 * The same for several in one statement, when all are there.
 *
 * @param sides By code.
 * @returns what tells the id of each.
 */
export async function ensureAccounts(
  client: pg.PoolClient,
  sides: Readonly<Record<string, NormalSide>>,
  currency: string,
): Promise<(code: string) => string> {
  const codes = Object.keys(sides);
  const find = async (): Promise<ReadonlyMap<string, string>> => {
    const { rows } = await client.query<{ code: string; id: string }>(
      'SELECT code, id FROM ledger_accounts WHERE code = ANY ($1) AND currency = $2',
      [codes, currency],
    );
    return new Map(rows.map(({ code, id }) => [code, id]));
  };
  let ids = await find();
  // In one order for everybody, against deadlocks.
  const missing = codes.filter((code) => !ids.has(code)).sort();
  for (const code of missing) {
    await client.query(
      `INSERT INTO ledger_accounts (id, code, currency, normal_side, bounded) VALUES ($1, $2, $3, $4, false)
       ON CONFLICT (code, currency) DO NOTHING`,
      [newUuid(), code, currency, sides[code]],
    );
  }
  if (missing.length > 0) ids = await find();
  return (code) => {
    const id = ids.get(code);
    if (id === undefined) throw new Error('a ledger account vanished');
    return id;
  };
}
