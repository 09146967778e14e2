import { typedId } from '@tributary/subgraph-kit';
import { categoryIds, productIds, reviewIds, variantIds } from '../domain/ids.ts';

const userIds = typedId('usr');

/** The users subgraph numbers its sample accounts; these are the customers among them. */
const FIRST_CUSTOMER = 5;
const LAST_CUSTOMER = 26;

export const sampleCustomerIds: readonly string[] = Array.from(
  { length: LAST_CUSTOMER - FIRST_CUSTOMER + 1 },
  (_, index) => userIds.fromUuid(`01930000-0000-7000-8000-${hex(FIRST_CUSTOMER + index, 12)}`),
);

/** UUIDv7 in form: the time in front and the same bits on every machine behind. */
function sampleUuid(at: Date, kind: string, n: number): string {
  const time = hex(at.getTime(), 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${kind}-8000-${hex(n, 12)}`;
}

export const sampleIds = {
  category: (at: Date, n: number) => categoryIds.fromUuid(sampleUuid(at, 'ca7', n)),
  product: (at: Date, n: number) => productIds.fromUuid(sampleUuid(at, '9d0', n)),
  variant: (at: Date, n: number, index: number) =>
    variantIds.fromUuid(sampleUuid(at, 'a21', n * 0x1000 + index)),
  review: (at: Date, n: number, index: number) =>
    reviewIds.fromUuid(sampleUuid(at, '4e1', n * 0x1000 + index)),
} as const;

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0');
}
