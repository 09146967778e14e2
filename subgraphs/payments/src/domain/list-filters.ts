/** Which payments and orders an operator wants to see. */
import type { Amount, OrderStatus, PaymentStatus } from './model.ts';
import { isPrintable } from './text.ts';

type Given<T> = { readonly [K in keyof T]?: T[K] | null };

interface Bounds {
  /** Minor units, of this currency alone. */
  readonly amountMin: Amount;
  readonly amountMax: Amount;
}

export type PaymentFilterInput = Given<
  Bounds & {
    readonly status: readonly PaymentStatus[];
    readonly buyerId: string;
    readonly createdAfter: Date;
    readonly createdBefore: Date;
    readonly provider: string;
  }
>;

export type OrderFilterInput = Given<
  Bounds & {
    readonly status: readonly OrderStatus[];
    readonly buyerId: string;
    readonly productId: string;
    readonly placedAfter: Date;
    readonly placedBefore: Date;
  }
>;

/** Null: whatever it is. */
export interface ListFilter<S extends string> {
  /** Each once. */
  readonly statuses: readonly S[] | null;
  readonly buyerId: string | null;
  /** From that instant on. */
  readonly from: Date | null;
  /** Before that instant. */
  readonly until: Date | null;
  readonly amountMin: Amount | null;
  readonly amountMax: Amount | null;
}

export type PaymentFilter = ListFilter<PaymentStatus> & { readonly provider: string | null };
export type OrderFilter = ListFilter<OrderStatus> & { readonly productId: string | null };

/** Undefined when nothing can be meant: no id has such characters, and the database takes no zero byte. */
export function readPaymentFilter(input: PaymentFilterInput): PaymentFilter | undefined {
  const { createdAfter = null, createdBefore = null, provider = null } = input;
  if (!arePrintable([input.buyerId, provider])) return undefined;
  return { ...common(input), from: createdAfter, until: createdBefore, provider };
}

/** Undefined when nothing can be meant. */
export function readOrderFilter(input: OrderFilterInput): OrderFilter | undefined {
  const { placedAfter = null, placedBefore = null, productId = null } = input;
  if (!arePrintable([input.buyerId, productId])) return undefined;
  return { ...common(input), from: placedAfter, until: placedBefore, productId };
}

function common<S extends string>({
  status = null,
  buyerId = null,
  amountMin = null,
  amountMax = null,
}: Given<Bounds & { readonly status: readonly S[]; readonly buyerId: string }>) {
  return { statuses: status && [...new Set(status)], buyerId, amountMin, amountMax };
}

const arePrintable = (texts: readonly (string | null | undefined)[]): boolean =>
  texts.every((text) => text === null || text === undefined || isPrintable(text));
