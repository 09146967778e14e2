import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { deleteVariant, saveReadme } from './change-variant.ts';
import type { GraphRef } from './graph-ref.ts';
import type { GraphStore, LaunchSchemas, LaunchSummary, Readme, Subgraph, Variant } from './graph-store.ts';
import { saveLaunch } from './save-launch.ts';

const SUBGRAPHS = `
  SELECT s.name, s.url, d.content AS sdl, s.published_at AS "publishedAt"
    FROM launch_subgraphs s JOIN documents d ON d.hash = s.sdl_hash
   WHERE s.graph_id = $1 AND s.variant = $2 AND s.number = $3 ORDER BY s.name`;

const VARIANT = `name, latest_launch AS "latestLaunch", served_launch AS "servedLaunch"`;

const SUMMARY = `number, cause, errors, hints, supergraph_hash AS "supergraphHash",
  created_by AS "createdBy", created_at AS "createdAt"`;

const SCHEMAS = `
  SELECT l.number, l.supergraph_hash AS "supergraphHash", s.content AS "supergraphSdl",
         l.api_hash AS "apiHash", a.content AS "apiSdl"
    FROM launches l JOIN documents s ON s.hash = l.supergraph_hash JOIN documents a ON a.hash = l.api_hash
   WHERE l.graph_id = $1 AND l.variant = $2`;

const SERVED = '(SELECT served_launch FROM variants WHERE graph_id = $1 AND name = $2)';

export function createPostgresGraphStore(pool: pg.Pool): GraphStore {
  const values = ({ graphId, variant }: GraphRef): [string, string] => [graphId, variant];
  const subgraphsOf = async (ref: GraphRef, launch: number): Promise<readonly Subgraph[]> =>
    (await pool.query<Subgraph>(SUBGRAPHS, [...values(ref), launch])).rows;
  const variant = async (ref: GraphRef): Promise<Variant | undefined> => {
    const sql = `SELECT ${VARIANT} FROM variants WHERE graph_id = $1 AND name = $2`;
    return (await pool.query<VariantRow>(sql, values(ref))).rows.map(toVariant)[0];
  };
  return {
    createGraph: async (graphId, title) => {
      await pool.query('INSERT INTO graphs (id, title) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        graphId,
        title,
      ]);
    },
    graphTitle: async (graphId) =>
      (await pool.query<{ title: string }>('SELECT title FROM graphs WHERE id = $1', [graphId])).rows[0]
        ?.title,
    variants: async (graphId) => {
      const sql = `SELECT ${VARIANT} FROM variants WHERE graph_id = $1 ORDER BY name`;
      return (await pool.query<VariantRow>(sql, [graphId])).rows.map(toVariant);
    },
    variant,
    subgraphs: async (ref) => {
      const launch = (await variant(ref))?.latestLaunch ?? 0;
      return { launch, subgraphs: launch === 0 ? [] : await subgraphsOf(ref, launch) };
    },
    subgraphsOf,
    saveLaunch: (launch) => withTransaction(pool, (client) => saveLaunch(client, launch)),
    deleteVariant: (ref, actor) => withTransaction(pool, (client) => deleteVariant(client, ref, actor)),
    readme: async (ref) =>
      (
        await pool.query<Readme>(
          'SELECT content, updated_at AS "updatedAt" FROM readmes WHERE graph_id = $1 AND variant = $2',
          values(ref),
        )
      ).rows[0],
    saveReadme: (ref, content, actor) =>
      withTransaction(pool, (client) => saveReadme(client, ref, content, actor)),
    launch: async (ref, number) => {
      const sql = `SELECT ${SUMMARY} FROM launches WHERE graph_id = $1 AND variant = $2 AND number = $3`;
      return (await pool.query<SummaryRow>(sql, [...values(ref), number])).rows.map(toSummary)[0];
    },
    schemas: async (ref, number) =>
      (await pool.query<LaunchSchemas>(`${SCHEMAS} AND l.number = $3`, [...values(ref), number])).rows[0],
    served: async (ref) =>
      (await pool.query<LaunchSchemas>(`${SCHEMAS} AND l.number = ${SERVED}`, values(ref))).rows[0],
    servedVersion: async (ref) =>
      (
        await pool.query<{ number: number; supergraphHash: string }>(
          `SELECT number, supergraph_hash AS "supergraphHash" FROM launches
            WHERE graph_id = $1 AND variant = $2 AND number = ${SERVED}`,
          values(ref),
        )
      ).rows[0],
  };
}

type VariantRow = Omit<Variant, 'servedLaunch'> & { readonly servedLaunch: number | null };
const toVariant = (row: VariantRow): Variant => ({ ...row, servedLaunch: row.servedLaunch ?? undefined });

type SummaryRow = Omit<LaunchSummary, 'supergraphHash'> & { readonly supergraphHash: string | null };
const toSummary = (row: SummaryRow): LaunchSummary => ({
  ...row,
  supergraphHash: row.supergraphHash ?? undefined,
});
