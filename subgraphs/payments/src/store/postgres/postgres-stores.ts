import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { Stores } from '../stores.ts';
import { createCheckoutReader } from './checkouts-reader.ts';
import type { Leases } from './leases.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { createOrderReader } from './orders-reader.ts';
import { createPaymentReader } from './payments-reader.ts';
import { createPostgresCheckoutStore } from './postgres-checkout-store.ts';
import { createPostgresPersonalDataStore } from './postgres-personal-data-store.ts';
import { createPostgresSagaStore } from './postgres-saga-store.ts';

export function createPostgresStores(pool: pg.Pool, timing: Omit<Leases, 'owner'>): Stores {
  const leases: Leases = { owner: newUuid(), ...timing };
  return {
    checkouts: createPostgresCheckoutStore(pool, leases),
    personalData: createPostgresPersonalDataStore(pool),
    sagas: createPostgresSagaStore(pool, leases),
    reader: {
      ...createCheckoutReader(pool),
      ...createOrderReader(pool),
      ...createPaymentReader(pool),
      ...createLedgerReader(pool),
    },
  };
}
