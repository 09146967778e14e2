import type { ProductsStore } from '../store/products-store.ts';

export interface ResolverDeps {
  readonly store: ProductsStore;
  readonly now: () => Date;
  readonly mediaBaseUrl: string;
  /** Reviews show before they were looked at, or only then. */
  readonly reviewModeration: 'after' | 'before';
}
