import type { Logger } from '@tributary/service-kit';
import type { Inventory } from '../inventory/inventory.ts';
import type { PaymentProvider } from '../provider/payment-provider.ts';
import type { CheckoutStore } from '../store/checkout-store.ts';
import type { SagaStore } from '../store/saga-store.ts';
import type { Timing } from './timing.ts';

export interface SagaDeps {
  readonly checkouts: CheckoutStore;
  readonly sagas: SagaStore;
  readonly inventory: Inventory;
  readonly provider: PaymentProvider;
  readonly timing: Timing;
  readonly logger: Logger;
  /** Called between any two effects; a test stops the work there by throwing. */
  readonly onCheckpoint: (name: string) => void;
}
