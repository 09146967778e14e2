import type { ProductsStore } from '../store/products-store.ts';

export interface ReservationDeps {
  readonly store: Pick<ProductsStore, 'catalog' | 'inventory' | 'reservations'>;
  readonly now: () => Date;
}
