import * as z from 'zod';

/** Configuration value: a PostgreSQL connection string. No default, because it holds a password. */
export const postgresUrl = z
  .string({ error: 'is required' })
  .regex(/^postgres(?:ql)?:\/\/./, 'must be a postgres:// connection string');
