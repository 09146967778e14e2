/** What clients were told. Afterwards all of it must be what the books say. */
export interface Purchase {
  readonly checkoutId: string;
  /** A guest's. */
  readonly clientSecret: string | null;
  /** An order's id, when the client was told of one. */
  order: string | undefined;
  orderCanceled?: boolean;
  /** Everything the client was told, in order. */
  readonly told: string[];
}

export interface RefundNote {
  readonly refundId: string;
  readonly amount: number;
}

export class Journal {
  readonly purchases: Purchase[] = [];
  readonly refunds: RefundNote[] = [];
  readonly counts = new Map<string, number>();

  count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }
}
