/** What an amount is made of, in minor units. */
export interface Split {
  readonly goods: number;
  readonly shipping: number;
  readonly tax: number;
}

export const sumOf = ({ goods, shipping, tax }: Split): number => goods + shipping + tax;

export const minus = (a: Split, b: Split): Split => ({
  goods: a.goods - b.goods,
  shipping: a.shipping - b.shipping,
  tax: a.tax - b.tax,
});

/**
 * A share of something, as alike to the whole as integers allow: tax is rounded down, then tax and shipping together
 * are, and goods are the rest. So no part is ever more than there is of it, and the whole gives the whole.
 *
 * @param amount At most the sum of the whole.
 */
export function shareOf(whole: Split, amount: number): Split {
  const total = BigInt(sumOf(whole));
  if (total === 0n) return { goods: 0, shipping: 0, tax: 0 };
  const share = (part: number): number => Number((BigInt(part) * BigInt(amount)) / total);
  const tax = share(whole.tax);
  const shipping = share(whole.tax + whole.shipping) - tax;
  return { goods: amount - shipping - tax, shipping, tax };
}

/**
 * An amount among things by what each is worth, in whole minor units: all of it, and to none more than it is worth.
 *
 * @param amount At most the sum of what they are worth.
 */
export function amongAll(worths: readonly number[], amount: number): readonly number[] {
  const total = worths.reduce((sum, worth) => sum + BigInt(worth), 0n);
  if (total === 0n) return worths.map(() => 0);
  let worth = 0n;
  let given = 0n;
  return worths.map((own) => {
    // Of all so far, less what those before have: what is rounded down of one is there for the next.
    worth += BigInt(own);
    const share = (worth * BigInt(amount)) / total - given;
    given += share;
    return Number(share);
  });
}

/**
 * An amount whose tax is known, as that of returned lines is; what there is too little of comes out of the others,
 * goods first.
 */
export function withTax(left: Split, amount: number, wanted: number): Split {
  const most = Math.min(wanted, left.tax, amount);
  const goods = Math.min(amount - most, left.goods);
  const shipping = Math.min(amount - most - goods, left.shipping);
  return { goods, shipping, tax: amount - goods - shipping };
}
