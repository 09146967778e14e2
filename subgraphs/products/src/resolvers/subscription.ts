import { ClientError } from '@tributary/service-kit';
import { EventQueue } from '@tributary/subgraph-kit/subscriptions';
import type { ProductsContext } from '../context.ts';
import type { Product, Variant } from '../domain/model.ts';
import { readWatchedIds } from '../domain/watched-ids.ts';
import type { VersionWatcher } from '../subscriptions/version-watcher.ts';
import type { Watchers } from '../subscriptions/watchers.ts';
import { findListedProduct, findListedVariant } from './find-visible.ts';

/** There is none, or the catalogue does not show it. */
export class NothingToWatchError extends ClientError {
  readonly code = 'NOT_FOUND';
  readonly status = 404;
  constructor(thing: string, id: string) {
    super(`There is no ${thing} ${JSON.stringify(id.slice(0, 40))}, or it is not on sale.`);
  }
}

type Find<T> = (id: string, context: ProductsContext) => Promise<T | null>;

export function createSubscription({ products, variants }: Watchers) {
  const findProduct = orThrow('product', findListedProduct);
  const findVariant = orThrow('variant', findListedVariant);
  return {
    productUpdated: {
      subscribe: async (_: unknown, { id }: { readonly id: string }, context: ProductsContext) => {
        await findProduct(id, context);
        return watch(products, [id]);
      },
      resolve: (id: string, _: unknown, context: ProductsContext): Promise<Product> =>
        findProduct(id, context),
    },
    inventoryChanged: {
      subscribe: async (
        _: unknown,
        { variantIds }: { readonly variantIds: readonly string[] },
        context: ProductsContext,
      ) => {
        const ids = readWatchedIds(variantIds);
        await Promise.all(ids.map((id) => findVariant(id, context)));
        return watch(variants, ids);
      },
      resolve: (id: string, _: unknown, context: ProductsContext): Promise<Variant> =>
        findVariant(id, context),
    },
  };
}

/** What each is, now and after every change. */
async function watch(watcher: VersionWatcher, ids: readonly string[]): Promise<EventQueue<string>> {
  const queue = new EventQueue<string>({
    maxWaiting: ids.length,
    onEnd: () => {
      end();
    },
  });
  const changed = (id: string): void => {
    queue.push(id);
  };
  const end = await watcher.watch(ids, changed);
  // Read after watching began: no change lies between.
  for (const id of ids) changed(id);
  return queue;
}

const orThrow =
  <T>(thing: string, find: Find<T>) =>
  async (id: string, context: ProductsContext): Promise<T> => {
    const found = await find(id, context);
    if (found === null) throw new NothingToWatchError(thing, id);
    return found;
  };
