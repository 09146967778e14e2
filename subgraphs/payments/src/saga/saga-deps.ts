import type { Logger } from '@tributary/service-kit';
import type { CaptureMethod } from '../domain/model.ts';
import type { Calculators } from '../pricing/calculators.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { PaymentProvider } from '../provider/payment-provider.ts';
import type { CheckoutStore } from '../store/checkout-store.ts';
import type { Reader } from '../store/reader.ts';
import type { SagaStore } from '../store/saga-store.ts';
import type { UpdateStore } from '../store/update-store.ts';
import type { Timing } from './timing.ts';

export interface SagaDeps {
  readonly checkouts: CheckoutStore;
  readonly sagas: SagaStore;
  readonly updates: UpdateStore;
  readonly reader: Pick<Reader, 'paymentsByIds'>;
  readonly inventory: Inventory;
  readonly calculators: Calculators;
  readonly provider: PaymentProvider;
  /** Of payments from now on. */
  readonly captureMethod: CaptureMethod;
  readonly timing: Timing;
  readonly logger: Logger;
  /** Called between any two effects; a test stops the work there by throwing. */
  readonly onCheckpoint: (name: string) => void;
}
