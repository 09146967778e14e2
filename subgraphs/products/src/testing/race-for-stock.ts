import type { ReservationClient } from './reservation-client.ts';

export interface RaceResult {
  /** Units in reservations that were committed. */
  readonly sold: number;
  readonly committed: number;
  /** Answers that there is too little. */
  readonly refused: number;
}

/**
 * Buyers who all want the same thing at once, each again and again until it is sold out; each asks an instance of
 * the service of its own choice.
 *
 * @param quantityOf How much the nth purchase of a buyer takes.
 */
export async function raceForStock(
  clients: readonly ReservationClient[],
  variantId: string,
  buyers: number,
  quantityOf: (buyer: number, purchase: number) => number,
): Promise<RaceResult> {
  let [sold, committed, refused] = [0, 0, 0];
  const buy = async (buyer: number): Promise<void> => {
    for (let purchase = 0; ; purchase += 1) {
      const client = clients[(buyer + purchase) % clients.length];
      if (client === undefined) throw new Error('a race needs an instance of the service');
      // Whoever wanted more than is left takes one: so the last unit is sold, too.
      const wanted = quantityOf(buyer, purchase);
      for (const quantity of wanted === 1 ? [1] : [wanted, 1]) {
        const key = `${variantId}_${buyer}_${purchase}_${quantity}`;
        const { userErrors } = await client.create(key, [{ variantId, quantity }]);
        if (userErrors.length === 0) {
          const { reservation } = await client.commit(key);
          if (reservation?.status !== 'COMMITTED') throw new Error(`${key} was not committed`);
          sold += quantity;
          committed += 1;
          break;
        }
        refused += 1;
        if (quantity === 1) return;
      }
    }
  };
  await Promise.all(Array.from({ length: buyers }, (_, buyer) => buy(buyer)));
  return { sold, committed, refused };
}
