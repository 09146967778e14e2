import type { ProductsStore } from '../store/products-store.ts';

export interface ReservationDeps {
  readonly store: Pick<ProductsStore, 'catalog' | 'inventory' | 'movements' | 'reservations'>;
  readonly now: () => Date;
}
