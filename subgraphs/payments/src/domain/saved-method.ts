import type { CardDetails, NextAction } from './model.ts';

/** A token that is used once, one that is kept once it has paid, or a method that was kept before. */
export type MethodUse = 'ONCE' | 'KEEP' | 'KEPT';

/** DETACHING is over for its buyer; the provider is still to be told. */
export type SavedMethodStatus = 'PROCESSING' | 'REQUIRES_ACTION' | 'ACTIVE' | 'DETACHING';

/** A payment method that its buyer keeps: the provider's token, and what a receipt may show. */
export interface SavedMethod {
  readonly id: string;
  readonly buyerId: string;
  readonly provider: string;
  readonly status: SavedMethodStatus;
  /** Null until the provider has said what it is. */
  readonly card: CardDetails | null;
  readonly nextAction: NextAction | null;
  /** When the provider is no longer asked whether the buyer has done it; null unless there is something to do. */
  readonly actionEndsAt: Date | null;
  readonly isDefault: boolean;
  readonly createdAt: Date;
}
