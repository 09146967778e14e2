import type { ProductsStore } from '../store/products-store.ts';

export interface ResolverDeps {
  readonly store: ProductsStore;
  readonly now: () => Date;
  readonly mediaBaseUrl: string;
}
