import type { AuthorStore } from './author-store.ts';
import type { CatalogStore } from './catalog-store.ts';
import type { EventStore } from './event-store.ts';
import type { InventoryStore } from './inventory-store.ts';
import type { MediaStore } from './media-store.ts';
import type { MovementStore } from './movement-store.ts';
import type { PersonalDataStore } from './personal-data-store.ts';
import type { ReservationStore } from './reservation-store.ts';
import type { ReviewStore } from './review-store.ts';
import type { VersionStore } from './version-store.ts';

/** Everything this service keeps. */
export interface ProductsStore {
  readonly catalog: CatalogStore;
  readonly reviews: ReviewStore;
  readonly authors: AuthorStore;
  readonly inventory: InventoryStore;
  readonly movements: MovementStore;
  readonly reservations: ReservationStore;
  readonly media: MediaStore;
  readonly personalData: PersonalDataStore;
  readonly versions: VersionStore;
  readonly events: EventStore;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
}
