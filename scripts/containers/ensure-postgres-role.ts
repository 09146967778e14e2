/**
 * Before a migration on AWS: makes the role that the service serves with, or gives it its password of now. In each image
 * with such a store it is /app/ensure-role.js.
 */
import pg from 'pg';
import { readRoleOptions } from './read-role-options.ts';
import { createRoleSql, databaseOf, grantRightsSql, roleOf } from './role-sql.ts';

const { service, ownerUrl, password } = await readRoleOptions('POSTGRES_URL_FILE');
const client = new pg.Client({ connectionString: ownerUrl });
await client.connect();
try {
  await client.query(createRoleSql(service, password));
  await client.query(grantRightsSql(service));
} finally {
  await client.end();
}
console.log(`${roleOf(service)} may use the database ${databaseOf(service)}`);
