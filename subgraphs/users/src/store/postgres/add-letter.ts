import type pg from 'pg';
import type { NewLetter } from '../letter-store.ts';

/** Inside the caller's transaction: the letter is written if and only if what it tells about has happened. */
export async function addLetter(client: Pick<pg.ClientBase, 'query'>, letter: NewLetter): Promise<void> {
  await client.query(
    `INSERT INTO letters (id, kind, email, user_id, created_at, next_attempt_at) VALUES ($1, $2, $3, $4, $5, $5)`,
    [letter.id, letter.kind, letter.email, letter.userId ?? null, letter.now],
  );
}
