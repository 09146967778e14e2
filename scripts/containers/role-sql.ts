/** A service's database, and the role that owns it and migrates it. */
export const databaseOf = (service: string): string => service.replaceAll('-', '_');

/** The role that a service serves with: it may read and write rows of its database, and change nothing else there. */
export const roleOf = (service: string): string => `${databaseOf(service)}_service`;

/**
 * Makes that role, or gives it this password when it is there. For an account that may create roles.
 *
 * @throws Error when the password has characters that need quoting in SQL.
 */
export function createRoleSql(service: string, password: string): string {
  if (!/^[\w-]+$/.test(password)) throw new Error('The password must be of letters, digits, _ and -.');
  const role = roleOf(service);
  return `
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} LOGIN; END IF;
END $$;
ALTER ROLE ${role} PASSWORD '${password}';
`;
}

/** Its rights. For the database's owner, in the database: what they create later, in migrations, is the role's to use at once. */
export function grantRightsSql(service: string): string {
  const [database, role] = [databaseOf(service), roleOf(service)];
  return `
REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${database} TO ${role};
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ${role};
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO ${role};
DO $$ DECLARE place text; BEGIN
  FOR place IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO ${role}', place);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO ${role}', place);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO ${role}', place);
  END LOOP;
END $$;
`;
}
