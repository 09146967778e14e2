import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { addLetter } from './add-letter.ts';
import { appendAuditEvent } from './audit-event.ts';

/** In the caller's transaction: the audit log and the owner of an account hear alike of what changes how it is entered. */
export async function tellOwner(
  client: pg.PoolClient,
  type:
    | 'MFA_ENABLED'
    | 'MFA_DISABLED'
    | 'TOTP_CODE_REUSED'
    | 'PASSKEY_ADDED'
    | 'PASSKEY_REMOVED'
    | 'PASSKEY_COPIED',
  userId: string,
  now: Date,
): Promise<void> {
  const { rows } = await client.query<{ email: string }>('SELECT email FROM users WHERE id = $1', [userId]);
  const email = rows[0]?.email;
  if (email !== undefined) await addLetter(client, { id: newUuid(), kind: type, email, userId, now });
  await appendAuditEvent(client, { type, at: now, subjectId: userId });
}
