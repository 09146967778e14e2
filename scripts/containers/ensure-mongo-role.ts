/**
 * The same as ensure-postgres-role.ts for DocumentDB and MongoDB, whose accounts are in `admin`: it may read and write the
 * service's database, whose name is the service's, and no other.
 */
import { MongoClient } from 'mongodb';
import { readRoleOptions } from './read-role-options.ts';
import { roleOf } from './role-sql.ts';

const { service, ownerUrl, password } = await readRoleOptions('MONGODB_URI_FILE');
const client = new MongoClient(ownerUrl);
try {
  const admin = client.db('admin');
  const name = roleOf(service);
  const { users } = await admin.command({ usersInfo: name });
  await admin.command({
    [(users as readonly unknown[]).length > 0 ? 'updateUser' : 'createUser']: name,
    pwd: password,
    roles: [{ role: 'readWrite', db: service }],
  });
} finally {
  await client.close();
}
console.log(`${roleOf(service)} may use the database ${service}`);
