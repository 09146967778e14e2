import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';

/** Where the provider's debt to us is kept. */
export const pspCode = (provider: string): string => `assets:psp:${provider}`;

export type NormalSide = 'DEBIT' | 'CREDIT';

/** By code. */
export type AccountSides = Readonly<Record<string, NormalSide>>;

/** SQL: the account's id; null, which no transfer may have, while it is not open. */
export const accountId = (code: string, currency: string): string =>
  `(SELECT id FROM ledger_accounts WHERE code = ${code} AND currency = ${currency})`;

/**
 * Opens the accounts that all sales have in common before a transaction that relies on them. They are never closed, so each
 * is looked for once by a process.
 */
export function createSharedAccounts(pool: pg.Pool): {
  open(sides: AccountSides, currency: string): Promise<void>;
  /** After a transfer did not find one: the database is not the one it was. */
  forget(): void;
} {
  const open = new Set<string>();
  return {
    open: async (sides, currency) => {
      const missing = Object.entries(sides).filter(([code]) => !open.has(`${code} ${currency}`));
      if (missing.length === 0) return;
      await ensureAccounts(pool, Object.fromEntries(missing), currency);
      for (const [code] of missing) open.add(`${code} ${currency}`);
    },
    forget: () => {
      open.clear();
    },
  };
}

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
 * @returns what tells the id of each.
 */
export async function ensureAccounts(
  client: pg.Pool | pg.PoolClient,
  sides: AccountSides,
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
