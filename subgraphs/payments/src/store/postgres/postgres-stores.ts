import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { Stores } from '../stores.ts';
import { createCheckoutReader } from './checkouts-reader.ts';
import type { Leases } from './leases.ts';
import { createDisputeReader } from './disputes-reader.ts';
import { createLedgerListsReader } from './ledger-lists-reader.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { createMethodReader } from './methods-reader.ts';
import { createOrderReader } from './orders-reader.ts';
import { createPaymentReader } from './payments-reader.ts';
import { createPostgresChangeFeed } from './postgres-change-feed.ts';
import { createPostgresCheckoutStore } from './postgres-checkout-store.ts';
import { createPostgresDisputeStore } from './postgres-dispute-store.ts';
import { createPostgresInboxStore } from './postgres-inbox-store.ts';
import { createPostgresMethodStore } from './postgres-method-store.ts';
import { createPostgresOperationStore } from './postgres-operation-store.ts';
import { createPostgresPersonalDataStore } from './postgres-personal-data-store.ts';
import { createPostgresReconciliationStore } from './postgres-reconciliation-store.ts';
import { createPostgresSagaStore } from './postgres-saga-store.ts';
import { createPostgresUpdateStore } from './postgres-update-store.ts';
import { createProductReader } from './products-reader.ts';
import { createPostgresWebhookStore } from './postgres-webhook-store.ts';
import { createRefundReader } from './refunds-reader.ts';
import { createWebhookReader } from './webhooks-reader.ts';

export function createPostgresStores(pool: pg.Pool, timing: Omit<Leases, 'owner'>): Stores {
  const leases: Leases = { owner: newUuid(), ...timing };
  return {
    changes: createPostgresChangeFeed(pool),
    checkouts: createPostgresCheckoutStore(pool, leases),
    disputes: createPostgresDisputeStore(pool),
    inbox: createPostgresInboxStore(pool),
    methods: createPostgresMethodStore(pool, leases),
    operations: createPostgresOperationStore(pool, leases),
    personalData: createPostgresPersonalDataStore(pool),
    reconciliation: createPostgresReconciliationStore(pool),
    sagas: createPostgresSagaStore(pool, leases),
    updates: createPostgresUpdateStore(pool, leases),
    webhooks: createPostgresWebhookStore(pool),
    reader: {
      ...createCheckoutReader(pool),
      ...createOrderReader(pool),
      ...createPaymentReader(pool),
      ...createProductReader(pool),
      ...createRefundReader(pool),
      ...createDisputeReader(pool),
      ...createMethodReader(pool),
      ...createLedgerReader(pool),
      ...createLedgerListsReader(pool),
      ...createWebhookReader(pool),
    },
  };
}
