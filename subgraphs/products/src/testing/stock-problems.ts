import type { Collections } from '../store/mongo/database.ts';

/**
 * What is wrong with the stock, in words; nothing when all invariants hold.
 *
 * @param initial What was on hand at the beginning, of the variants to look at.
 * @param settled Nothing is under way any more: no reservation may be half-done and no stock held.
 */
export async function stockProblems(
  { inventory, reservations, movements, products, variants }: Collections,
  initial: ReadonlyMap<string | undefined, number>,
  settled = true,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const ids = [...initial.keys()].filter((id) => id !== undefined);
  const records = await reservations.find({ 'lines.variantId': { $in: ids } }).toArray();
  const applied = await movements.find({ variantId: { $in: ids }, state: 'APPLIED' }).toArray();
  for (const level of await inventory.find({ _id: { $in: ids } }).toArray()) {
    const { _id, onHand, reserved, sellable, backorderLimit = 0, holds } = level;
    const check = (holdsTrue: boolean, problem: string): void => {
      if (!holdsTrue) problems.push(`${problem}: ${JSON.stringify(level)}`);
    };
    check(sellable >= 0 && reserved >= 0 && onHand >= -backorderLimit, 'P1 oversold');
    check(
      sellable === onHand - reserved + backorderLimit,
      'P2 sellable is not on hand minus reserved and the limit',
    );
    const held = holds.filter(({ s }) => s === 'H').reduce((sum, { q }) => sum + q, 0);
    check(held === reserved, 'P3 reserved is not the sum of the holds');
    if (!settled) continue;
    check(reserved === 0, 'leaked hold');
    const sold = records
      .filter(({ state }) => state === 'COMMITTED')
      .flatMap(({ lines }) => lines)
      .filter(({ variantId }) => variantId === _id)
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const ofVariant = applied.filter(({ variantId }) => variantId === _id);
    const sumOf = (types: readonly string[]): number =>
      ofVariant.filter(({ type }) => types.includes(type)).reduce((sum, { delta }) => sum + delta, 0);
    const moved = sumOf(['ADJUSTMENT']);
    check(
      onHand === (initial.get(_id) ?? 0) + moved - sold,
      `P5 on hand is not initial + ${moved} - ${sold}`,
    );
    const journal = ofVariant.reduce((sum, { delta }) => sum + delta, 0);
    check(onHand === journal, `P6 the movements sum up to ${journal}`);
    check(sumOf(['RESERVATION_COMMIT', 'RESTOCK']) === -sold, 'P7 the movements show other sales');
    const product = await products.findOne({ _id: level.productId });
    const siblings = await inventory.find({ productId: level.productId }).toArray();
    const isUntracked =
      (await variants.findOne({ productId: level.productId, trackInventory: false })) !== null;
    check(
      product?.inStock === (isUntracked || siblings.some((sibling) => sibling.sellable > 0)),
      'the product shows another availability',
    );
  }
  if (settled) {
    const open = records.filter(({ state }) => !['COMMITTED', 'RELEASED', 'RESTOCKED'].includes(state));
    problems.push(...open.map(({ _id, state }) => `P4 ${_id} is ${state}`));
  }
  return problems;
}
