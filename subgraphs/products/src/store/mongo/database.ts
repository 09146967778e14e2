import { MongoClient, type Collection, type Db } from 'mongodb';
import type {
  AttributeDefinitionDocument,
  AuthorDocument,
  CategoryDocument,
  CategoryTreeDocument,
  EventDeliveryDocument,
  InventoryDocument,
  MovementDocument,
  PictureDocument,
  ProductDocument,
  ReservationDocument,
  ReviewDocument,
  SchemaDocument,
  VariantDocument,
} from './documents.ts';

const ANSWER_TIMEOUT_MS = 5_000;
/** Longest to look for a server or a free connection. */
const CONNECT_TIMEOUT_MS = 2_000;

export interface Collections {
  readonly products: Collection<ProductDocument>;
  readonly variants: Collection<VariantDocument>;
  readonly inventory: Collection<InventoryDocument>;
  readonly reservations: Collection<ReservationDocument>;
  readonly movements: Collection<MovementDocument>;
  readonly categories: Collection<CategoryDocument>;
  readonly categoryTree: Collection<CategoryTreeDocument>;
  readonly attributeDefinitions: Collection<AttributeDefinitionDocument>;
  readonly reviews: Collection<ReviewDocument>;
  readonly authors: Collection<AuthorDocument>;
  readonly eventDeliveries: Collection<EventDeliveryDocument>;
  readonly media: Collection<PictureDocument>;
  readonly schema: Collection<SchemaDocument>;
}

export interface MongoDatabase {
  readonly client: MongoClient;
  readonly db: Db;
  readonly collections: Collections;
  close(): Promise<void>;
}

export interface OpenMongoOptions {
  /** Emits an event per command, for tests that count them. */
  readonly monitorCommands?: boolean;
  /** Longest a command may stay unanswered; its connection is given up then. */
  readonly answerTimeoutMs?: number;
}

/** Does not connect yet: the driver does with the first operation, and again whenever the connection is lost. */
export function openMongo(uri: string, options: OpenMongoOptions = {}): MongoDatabase {
  const { monitorCommands = false, answerTimeoutMs = ANSWER_TIMEOUT_MS } = options;
  const client = new MongoClient(uri, {
    appName: 'products',
    monitorCommands,
    // DocumentDB 5 has no retryable writes; the store's own writes are idempotent and it repeats them itself.
    retryWrites: false,
    writeConcern: { w: 'majority' },
    socketTimeoutMS: answerTimeoutMs,
    serverSelectionTimeoutMS: CONNECT_TIMEOUT_MS,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    waitQueueTimeoutMS: CONNECT_TIMEOUT_MS,
    ignoreUndefined: true,
  });
  const db = client.db(databaseName(uri));
  return {
    client,
    db,
    collections: {
      products: db.collection('products'),
      variants: db.collection('variants'),
      inventory: db.collection('inventory'),
      reservations: db.collection('reservations'),
      movements: db.collection('stock_movements'),
      categories: db.collection('categories'),
      categoryTree: db.collection('category_tree'),
      attributeDefinitions: db.collection('attribute_definitions'),
      reviews: db.collection('reviews'),
      authors: db.collection('authors'),
      eventDeliveries: db.collection('event_deliveries'),
      media: db.collection('media'),
      schema: db.collection('schema_info'),
    },
    close: () => client.close(),
  };
}

/** The driver's own default is `test`. */
function databaseName(uri: string): string {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]+)/.exec(uri)?.[1];
  return name === undefined ? 'products' : decodeURIComponent(name);
}
