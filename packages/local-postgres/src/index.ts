export { removeDataDirectory } from './data-directory.ts';
export { startLocalPostgres, type LocalPostgres, type LocalPostgresOptions } from './start-local-postgres.ts';
