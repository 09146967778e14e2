import { ClientError } from '@tributary/service-kit';
import { toDecimal } from '@tributary/subgraph-kit';
import type { Sum } from '../domain/ledger-model.ts';
import type { Amount } from '../domain/model.ts';

/** A sum of the books that no number of JSON holds exactly: it is not rounded. */
export class AmountTooLargeError extends ClientError {
  readonly code = 'AMOUNT_TOO_LARGE';
  readonly status = 200;
  constructor() {
    super('This sum is beyond 2^53 - 1 minor units. Ask for its decimal instead of its amount.');
  }
}

export const money = {
  amount: ({ amount }: Amount | Sum): number => {
    const exact = Number(amount);
    if (!Number.isSafeInteger(exact)) throw new AmountTooLargeError();
    return exact;
  },
  decimal: ({ amount, currency }: Amount | Sum): string => toDecimal(amount, currency),
};
