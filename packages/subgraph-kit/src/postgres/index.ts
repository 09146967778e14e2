export { createPool, type PoolOptions } from './create-pool.ts';
export { migratePostgres } from './migrate.ts';
export { postgresReadiness } from './readiness.ts';
export { withTransaction } from './with-transaction.ts';
