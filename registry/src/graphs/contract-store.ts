import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { TagFilter } from '../schema-work/protocol.ts';
import { appendAuditEvent } from '../store/audit-event.ts';
import type { GraphRef } from './graph-ref.ts';

/** A variant that shows a part of another one. */
export interface Contract {
  readonly graphId: string;
  readonly variant: string;
  readonly sourceVariant: string;
  readonly filter: TagFilter;
}

export interface ContractStore {
  /** Undefined: the variant is none. */
  find(ref: GraphRef): Promise<Contract | undefined>;
  /** The contracts of a variant, by name. */
  of(source: GraphRef): Promise<readonly Contract[]>;
  /**
   * Those whose newest launch does not come from what their source has served, or not by their filter, unless that waits
   * for its source; of this source, if one is named.
   */
  behind(source?: GraphRef): Promise<readonly Contract[]>;
  /**
   * Makes the variant when it is new.
   *
   * @param awaitsSource Whether nobody is to launch it before its source is launched again.
   */
  save(contract: Contract, actor: string, awaitsSource: boolean): Promise<void>;
}

const CONTRACT = 'c.graph_id AS "graphId", c.variant, c.source_variant AS "sourceVariant", c.filter';

export function createContractStore(pool: pg.Pool): ContractStore {
  const query = async (condition: string, values: readonly (string | null)[]): Promise<readonly Contract[]> =>
    (await pool.query<Contract>(`SELECT ${CONTRACT} FROM contracts c ${condition}`, [...values])).rows;
  return {
    find: async ({ graphId, variant }) =>
      (await query('WHERE c.graph_id = $1 AND c.variant = $2', [graphId, variant]))[0],
    of: ({ graphId, variant }) =>
      query('WHERE c.graph_id = $1 AND c.source_variant = $2 ORDER BY c.variant', [graphId, variant]),
    behind: (source) =>
      query(
        `JOIN variants s ON (s.graph_id, s.name) = (c.graph_id, c.source_variant)
         JOIN variants v ON (v.graph_id, v.name) = (c.graph_id, c.variant)
         LEFT JOIN launches l ON (l.graph_id, l.variant, l.number) = (v.graph_id, v.name, v.latest_launch)
        WHERE s.served_launch IS NOT NULL AND v.latest_launch > 0
          AND ((l.cause ->> 'launch')::int IS DISTINCT FROM s.served_launch
               OR (NOT c.awaits_source AND l.cause -> 'filter' IS DISTINCT FROM c.filter))
          AND ($1::text IS NULL OR (c.graph_id = $1 AND c.source_variant = $2))`,
        [source?.graphId ?? null, source?.variant ?? null],
      ),
    save: ({ graphId, variant, sourceVariant, filter }, actor, awaitsSource) =>
      withTransaction(pool, async (client) => {
        await client.query('INSERT INTO variants (graph_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
          graphId,
          variant,
        ]);
        await client.query(
          `INSERT INTO contracts (graph_id, variant, source_variant, filter, awaits_source) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (graph_id, variant)
           DO UPDATE SET filter = excluded.filter, awaits_source = excluded.awaits_source`,
          [graphId, variant, sourceVariant, JSON.stringify(filter), awaitsSource],
        );
        const details = { variant, sourceVariant, ...filter };
        await appendAuditEvent(client, { graphId, actor, type: 'CONTRACT_PUBLISHED', details });
      }),
  };
}
