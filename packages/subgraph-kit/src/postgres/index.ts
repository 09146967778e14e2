export { assertMigrated } from './assert-migrated.ts';
export { createPool, type PoolOptions } from './create-pool.ts';
export { migratePostgres } from './migrate.ts';
export { openConnections } from './open-connections.ts';
export { postgresUrl } from './postgres-url.ts';
export { postgresReadiness } from './readiness.ts';
export { commitWithThisTurn, withTransaction } from './with-transaction.ts';
