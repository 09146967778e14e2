/** How many pieces guests of one network hold together in open checkouts, which are bounded. */
import type pg from 'pg';
import { tooManyUnits, type CheckoutUserError } from '../../domain/user-error.ts';

/** One at a time of a network: the limits would otherwise be passed by several at once. */
export async function lockNetwork(client: pg.PoolClient, network: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('guests:' || $1, 0))`, [network]);
}

/**
 * Why a checkout may not hold so many; undefined when it may. The caller has locked the network.
 *
 * @param checkoutId One whose own pieces do not count, because these replace them.
 */
export async function whyTooManyUnits(
  client: pg.PoolClient,
  {
    network,
    units,
    maxUnits,
  }: { readonly network: string; readonly units: number; readonly maxUnits: number },
  checkoutId: string | null,
): Promise<CheckoutUserError | undefined> {
  if (units > maxUnits) return tooManyUnits(maxUnits, null);
  const { rows } = await client.query<{ held: number; seconds: number }>(
    `SELECT coalesce(sum(held_units), 0)::int AS held,
       greatest(1, ceil(extract(epoch FROM min(expires_at) - now())))::int AS seconds
     FROM checkouts WHERE opened_from = $1 AND expires_at > now() AND id IS DISTINCT FROM $2`,
    [network, checkoutId],
  );
  const { held = 0, seconds = 1 } = rows[0] ?? {};
  return held + units > maxUnits ? tooManyUnits(maxUnits, seconds) : undefined;
}

/** Writes down what a change of a guest's checkout is about to hold, beside what it does already. */
export async function holdUnits(
  client: pg.PoolClient,
  checkoutId: string,
  asked: { readonly units: number; readonly maxUnits: number },
): Promise<CheckoutUserError | undefined> {
  const { rows } = await client.query<{ opened_from: string | null }>(
    'SELECT opened_from FROM checkouts WHERE id = $1',
    [checkoutId],
  );
  const network = rows[0]?.opened_from ?? null;
  if (network === null) return undefined;
  await lockNetwork(client, network);
  const error = await whyTooManyUnits(client, { ...asked, network }, checkoutId);
  if (error !== undefined) return error;
  await client.query('UPDATE checkouts SET held_units = greatest(held_units, $2) WHERE id = $1', [
    checkoutId,
    asked.units,
  ]);
  return undefined;
}

/** After a change: what its lines are now is what it holds. */
export async function settleUnits(client: pg.ClientBase | pg.Pool, checkoutId: string): Promise<void> {
  await client.query(
    `UPDATE checkouts c SET held_units = (SELECT sum(quantity) FROM line_items WHERE checkout_id = c.id)
     WHERE id = $1 AND opened_from IS NOT NULL AND status = 'OPEN'`,
    [checkoutId],
  );
}
