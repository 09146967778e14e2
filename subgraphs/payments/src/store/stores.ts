import type { ChangeFeed } from './change-feed.ts';
import type { CheckoutStore } from './checkout-store.ts';
import type { DisputeStore } from './dispute-store.ts';
import type { InboxStore } from './inbox-store.ts';
import type { MethodStore } from './method-store.ts';
import type { OperationStore } from './operation-store.ts';
import type { PersonalDataStore } from './personal-data-store.ts';
import type { Reader } from './reader.ts';
import type { ReconciliationStore } from './reconciliation-store.ts';
import type { SagaStore } from './saga-store.ts';
import type { UpdateStore } from './update-store.ts';
import type { WebhookStore } from './webhook-store.ts';

export interface Stores {
  readonly changes: ChangeFeed;
  readonly checkouts: CheckoutStore;
  readonly disputes: DisputeStore;
  readonly inbox: InboxStore;
  readonly methods: MethodStore;
  readonly operations: OperationStore;
  readonly personalData: PersonalDataStore;
  readonly sagas: SagaStore;
  readonly updates: UpdateStore;
  readonly reader: Reader;
  readonly reconciliation: ReconciliationStore;
  readonly webhooks: WebhookStore;
}
