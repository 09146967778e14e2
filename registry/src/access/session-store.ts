import { withTransaction } from '@tributary/subgraph-kit/postgres';
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { appendAuditEvent } from '../store/audit-event.ts';
import { hashSecret } from './hash-secret.ts';
import { actorOf, type Viewer } from './viewer.ts';
import { toViewer, VIEWER_COLUMNS, type ViewerRow } from './viewer-row.ts';

/** Somebody at the console, who may what the key may that they signed in with. */
export interface Session {
  readonly viewer: Viewer;
  /** In every form of the console: a page of another origin cannot know it. */
  readonly formToken: string;
}

export interface SessionStore {
  /** @returns what the session's cookie holds. */
  begin(viewer: Viewer): Promise<string>;
  /** Undefined: there is none, it has expired, or its key was deleted. */
  find(token: string): Promise<Session | undefined>;
  end(token: string): Promise<void>;
}

/** A working day; after that the key is asked for again. */
export const SESSION_SECONDS = 12 * 3_600;

export function createSessionStore(pool: pg.Pool): SessionStore {
  return {
    begin: (viewer) =>
      withTransaction(pool, async (client) => {
        const token = randomBytes(32).toString('base64url');
        await client.query('DELETE FROM console_sessions WHERE expires_at < now()');
        await client.query(
          `INSERT INTO console_sessions (token_hash, key_id, expires_at)
           VALUES ($1, $2, now() + make_interval(secs => $3))`,
          [hashSecret(token), viewer.keyId, SESSION_SECONDS],
        );
        const { graphId } = viewer;
        await appendAuditEvent(client, { graphId, actor: actorOf(viewer), type: 'SIGNED_IN', details: {} });
        return token;
      }),
    find: async (token) => {
      const { rows } = await pool.query<ViewerRow>(
        `SELECT ${VIEWER_COLUMNS}
           FROM console_sessions s JOIN api_keys k ON k.id = s.key_id
          WHERE s.token_hash = $1 AND s.expires_at > now() AND k.revoked_at IS NULL`,
        [hashSecret(token)],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      return { viewer: toViewer(row), formToken: hashSecret(`form ${token}`) };
    },
    end: async (token) => {
      await pool.query('DELETE FROM console_sessions WHERE token_hash = $1', [hashSecret(token)]);
    },
  };
}
