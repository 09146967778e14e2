export { migrate } from './migrate.ts';
export { SAMPLE_ACCOUNTS, SAMPLE_PASSWORD } from './seed/sample-accounts.ts';
export { seed } from './seed/seed.ts';
export { createPostgresStores } from './store/postgres/postgres-stores.ts';
export { createUsers, type Users, type UsersOptions } from './users.ts';
