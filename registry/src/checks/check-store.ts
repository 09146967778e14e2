import type pg from 'pg';
import type { GitContext } from '../graphs/graph-store.ts';
import type { CheckResult } from './check-result.ts';

export interface Check {
  readonly id: string;
  readonly graphId: string;
  readonly variant: string;
  readonly subgraph: string | undefined;
  readonly result: CheckResult;
  readonly git: GitContext;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export type NewCheck = Omit<Check, 'id' | 'createdAt'>;

export interface CheckStore {
  /** @returns its id. */
  save(check: NewCheck): Promise<string>;
  find(graphId: string, id: string): Promise<Check | undefined>;
}

const ID = /^\d{1,15}$/;
const COLUMNS = `id::text, graph_id AS "graphId", variant, subgraph, result, git,
  created_by AS "createdBy", created_at AS "createdAt"`;

export function createCheckStore(pool: pg.Pool): CheckStore {
  type Row = Omit<Check, 'subgraph'> & { readonly subgraph: string | null };
  const toCheck = (row: Row): Check => ({ ...row, subgraph: row.subgraph ?? undefined });
  return {
    save: async ({ graphId, variant, subgraph, result, git, createdBy }) => {
      const { rows } = await pool.query<{ id: string }>(
        `INSERT INTO checks (graph_id, variant, subgraph, passed, result, git, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id::text`,
        [
          graphId,
          variant,
          subgraph ?? null,
          result.passed,
          JSON.stringify(result),
          JSON.stringify(git),
          createdBy,
        ],
      );
      return rows[0]?.id ?? '';
    },
    find: async (graphId, id) =>
      ID.test(id)
        ? (
            await pool.query<Row>(`SELECT ${COLUMNS} FROM checks WHERE graph_id = $1 AND id = $2`, [
              graphId,
              id,
            ])
          ).rows.map(toCheck)[0]
        : undefined,
  };
}
