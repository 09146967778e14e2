/**
 * Names for statements, so that each connection parses and plans a text once: planning was two fifths of what
 * PostgreSQL spent on a purchase.
 */

/** More texts than a service has. What comes after is sent without a name: a connection keeps all that have one. */
const MAX_NAMED = 500;

export interface PreparedStatements {
  /** Undefined for a text that is not worth one. */
  nameOf(text: string): string | undefined;
  /** From now on the text has another name, and is planned anew everywhere. */
  forget(text: string): void;
}

export function createPreparedStatements(): PreparedStatements {
  const names = new Map<string, string>();
  let given = 0;
  const give = (text: string): string => {
    given += 1;
    const name = `s${given}`;
    names.set(text, name);
    return name;
  };
  return {
    nameOf: (text) => names.get(text) ?? (names.size < MAX_NAMED ? give(text) : undefined),
    forget: (text) => {
      names.delete(text);
    },
  };
}

/**
 * Whether a migration has changed what a planned statement answers, such as the columns of a `SELECT *`. It did nothing,
 * and does it under a new name; within a transaction, that has to begin again.
 */
export function isOutdatedPlan(error: unknown): boolean {
  const { code, routine } = (error ?? {}) as { readonly code?: unknown; readonly routine?: unknown };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}
