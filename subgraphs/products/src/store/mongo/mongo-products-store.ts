import type { Logger } from '@tributary/service-kit';
import { Binary } from 'mongodb';
import type { MediaStore } from '../media-store.ts';
import type { ProductsStore } from '../products-store.ts';
import type { Collections, MongoDatabase } from './database.ts';
import { createMongoAuthorStore } from './mongo-author-store.ts';
import { createMongoCatalogStore } from './mongo-catalog-store.ts';
import { createMongoEventStore } from './mongo-event-store.ts';
import { createMongoInventoryStore } from './mongo-inventory-store.ts';
import { createMongoMovementStore } from './mongo-movement-store.ts';
import { createMongoPersonalDataStore } from './mongo-personal-data-store.ts';
import { createMongoReservationStore } from './mongo-reservation-store.ts';
import { createMongoReviewStore } from './mongo-review-store.ts';
import { createMongoVersionStore } from './mongo-version-store.ts';
import { withRetry } from './with-retry.ts';

/** The store on MongoDB 4.4 or newer, DocumentDB 5 or newer, or the embedded server. */
export function createMongoProductsStore({ db, collections }: MongoDatabase, logger: Logger): ProductsStore {
  return {
    catalog: withRetry(createMongoCatalogStore(collections)),
    reviews: withRetry(createMongoReviewStore(collections)),
    authors: withRetry(createMongoAuthorStore(collections)),
    inventory: withRetry(createMongoInventoryStore(collections, logger)),
    movements: withRetry(createMongoMovementStore(collections)),
    reservations: withRetry(createMongoReservationStore(collections)),
    media: withRetry(createMongoMediaStore(collections)),
    personalData: withRetry(createMongoPersonalDataStore(collections)),
    versions: withRetry(createMongoVersionStore(collections)),
    // Whoever uses it tries again by itself.
    events: createMongoEventStore(collections),
    ping: async () => {
      await db.command({ ping: 1 });
    },
  };
}

function createMongoMediaStore({ media }: Collections): MediaStore {
  return {
    picture: async (id) => {
      const document = await media.findOne({ _id: id });
      if (document === null) return null;
      const content: unknown = document.content;
      return {
        id,
        contentType: document.contentType,
        // The driver hands out bytes as its Binary type.
        content: content instanceof Binary ? content.buffer : document.content,
      };
    },
  };
}
