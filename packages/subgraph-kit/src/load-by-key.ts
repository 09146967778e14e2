import DataLoader from 'dataloader';

/**
 * A loader of single rows: one store query for all keys asked for in one tick, in key order, null for a miss.
 *
 * @param load Called with distinct keys; may return rows in any order and leave out what does not exist.
 */
export function loadOneByKey<V>(
  load: (keys: readonly string[]) => Promise<readonly V[]>,
  keyOf: (row: V) => string,
): DataLoader<string, V | null> {
  return new DataLoader(async (keys) => {
    const rows = new Map((await load(keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });
}

/** A loader of lists: one store query for all owners, an empty list for an owner with none. Row order is kept. */
export function loadManyByKey<V>(
  load: (keys: readonly string[]) => Promise<readonly V[]>,
  keyOf: (row: V) => string,
): DataLoader<string, readonly V[]> {
  return new DataLoader(async (keys) => {
    const lists = new Map<string, V[]>();
    for (const row of await load(keys)) {
      const key = keyOf(row);
      const list = lists.get(key);
      if (list === undefined) lists.set(key, [row]);
      else list.push(row);
    }
    return keys.map((key) => lists.get(key) ?? []);
  });
}

/**
 * A loader of pages: parents asked for the same page share one store query; different pages are different queries.
 * Use it for connection fields under a list (`users { orders(first: 5) }`).
 *
 * @param load One query for one page of many owners; returns the rows of each owner.
 */
export function loadPageByKey<P, V>(
  load: (ownerIds: readonly string[], page: P) => Promise<ReadonlyMap<string, V>>,
  empty: (page: P) => V,
): DataLoader<{ readonly ownerId: string; readonly page: P }, V, string> {
  return new DataLoader(
    async (requests) => {
      const byPage = new Map<string, { page: P; ownerIds: string[] }>();
      for (const { ownerId, page } of requests) {
        const key = JSON.stringify(page);
        const group = byPage.get(key) ?? { page, ownerIds: [] };
        group.ownerIds.push(ownerId);
        byPage.set(key, group);
      }
      const results = new Map<string, ReadonlyMap<string, V>>();
      await Promise.all(
        [...byPage].map(async ([key, { page, ownerIds }]) => {
          results.set(key, await load(ownerIds, page));
        }),
      );
      return requests.map(
        ({ ownerId, page }) => results.get(JSON.stringify(page))?.get(ownerId) ?? empty(page),
      );
    },
    { cacheKeyFn: ({ ownerId, page }) => `${ownerId} ${JSON.stringify(page)}` },
  );
}
