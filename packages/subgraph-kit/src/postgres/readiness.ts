import type { ReadinessCheck } from '@tributary/service-kit';
import type pg from 'pg';

export const postgresReadiness = (pool: pg.Pool): ReadinessCheck => ({
  name: 'postgres',
  check: async () => {
    await pool.query('SELECT 1');
  },
});
