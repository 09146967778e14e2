import type { CheckoutStore } from './checkout-store.ts';
import type { PersonalDataStore } from './personal-data-store.ts';
import type { Reader } from './reader.ts';
import type { SagaStore } from './saga-store.ts';

export interface Stores {
  readonly checkouts: CheckoutStore;
  readonly personalData: PersonalDataStore;
  readonly sagas: SagaStore;
  readonly reader: Reader;
}
