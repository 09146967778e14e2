import type { Role, Viewer } from './viewer.ts';

export interface ViewerRow {
  readonly keyId: string;
  readonly keyName: string;
  readonly graphId: string;
  readonly role: Role;
  readonly variant: string | null;
  readonly subgraphs: NonNullable<Viewer['subgraphs']> | null;
}

/** Of `api_keys k`. */
export const VIEWER_COLUMNS =
  'k.id AS "keyId", k.name AS "keyName", k.graph_id AS "graphId", k.role, k.variant, k.subgraphs';

/** Whoever has the key. */
export const toViewer = ({ variant, subgraphs, ...row }: ViewerRow): Viewer => ({
  ...row,
  variant: variant ?? undefined,
  subgraphs: subgraphs ?? undefined,
});
