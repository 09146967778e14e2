import type { Amount, PricedLine } from './model.ts';

/** The exact total in minor units, or undefined when it is more than a safe integer can hold. */
export function sumLines(lines: readonly PricedLine[], currency: string): Amount | undefined {
  let total = 0n;
  for (const { unitPrice, quantity } of lines) total += BigInt(unitPrice.amount) * BigInt(quantity);
  if (total > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return { amount: Number(total), currency };
}
