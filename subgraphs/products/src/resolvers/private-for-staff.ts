import { hasScope } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import { CATALOG_WRITE } from '../domain/visibility.ts';

/** As Apollo Server hands it to resolvers, beside what GraphQL.js does. */
interface CachedInfo {
  readonly cacheControl?: { readonly cacheHint: { restrict(hint: { scope: 'PRIVATE' }): void } };
}
type Resolver = (...args: never[]) => unknown;

/**
 * Makes the answers of a way into the graph private for callers who see more than everybody does: drafts and
 * what is off sale. Otherwise a cache on the way could show theirs to others.
 */
export function privateForStaff<R extends Resolver>(resolver: R, contextAt: 1 | 2): R {
  return ((...args: unknown[]) => {
    const context = args[contextAt] as ProductsContext;
    const info = args[contextAt + 1] as CachedInfo | undefined;
    if (hasScope(context.viewer, CATALOG_WRITE)) info?.cacheControl?.cacheHint.restrict({ scope: 'PRIVATE' });
    return (resolver as unknown as (...given: unknown[]) => unknown)(...args);
  }) as unknown as R;
}
