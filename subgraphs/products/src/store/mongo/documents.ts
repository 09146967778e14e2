/**
 * The documents as they lie in the store. Amounts and sums are written as 64-bit integers (`Long`), so that
 * every engine compares and adds them exactly; the driver reads them back as numbers.
 */
import type { DomainEvent } from '@tributary/subgraph-kit/events';
import { Long } from 'mongodb';
import type { AttributeType } from '../../domain/attribute-definition.ts';
import type {
  AttributeValue,
  MediaItem,
  Prices,
  ProductKind,
  ProductStatus,
  ReviewStatus,
} from '../../domain/model.ts';
import type { ReservationStatus, Shortage } from '../../domain/reservation.ts';
import type { MovementState, MovementType } from '../movement-store.ts';

export type StoredPrices = Readonly<Record<string, Long | number>>;

export interface ProductDocument {
  readonly _id: string;
  readonly kind: ProductKind;
  /** CREATING until the variants are there, ABANDONED when that never happened: nobody sees either. */
  readonly status: ProductStatus | 'CREATING' | 'ABANDONED';
  readonly slug: string;
  readonly title: string;
  readonly titleKey: string;
  readonly description: string | null;
  readonly brand: string | null;
  readonly brandKey: string | null;
  readonly categoryId: string | null;
  readonly categoryPath: readonly string[];
  /** The move of a category that last set the path: a slower one with a lower number changes nothing. */
  readonly pathVersion: number;
  /** Written with a new category, removed once the path is known to be the category's. */
  readonly pathPending?: true;
  readonly attributes: readonly AttributeValue[];
  /** `code=value` of each attribute: what lists are narrowed by and count. */
  readonly facets: readonly string[];
  /** Values of attributes that are numbers. */
  readonly numbers: readonly { readonly code: string; readonly n: number }[];
  readonly words: readonly string[];
  readonly media: readonly MediaItem[];
  readonly downloadLimit: number | null;
  /** These three: absent in documents that are older than they are. */
  readonly shippingClass?: string | null;
  readonly countryOfOrigin?: string | null;
  readonly licenseTermDays?: number | null;
  readonly minPrice: StoredPrices;
  readonly maxPrice: StoredPrices;
  readonly inStock: boolean;
  /** Guards the three above against a slower writer with older facts. Apart from `version`: no editor caused it. */
  readonly summaryVersion: number;
  readonly ratingSum: Long | number;
  readonly ratingCount: number;
  /** 0 without ratings. For sorting: what is shown is computed from the two above. */
  readonly ratingAverage: number;
  readonly ratingVersion: number;
  /** Marks a product that others are still to be told of; see mongo-event-store.ts. */
  readonly untold?: string;
  /** How many times others were told; absent: never. */
  readonly toldVersion?: number;
  readonly version: number;
  /** Of the last versioned write: tells a repeated write from a lost race. */
  readonly writeId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface VariantDocument {
  readonly _id: string;
  readonly productId: string;
  readonly sku: string;
  readonly title: string;
  readonly options: readonly AttributeValue[];
  readonly prices: StoredPrices;
  readonly compareAtPrices: StoredPrices;
  readonly taxCategory: string;
  readonly barcode: string | null;
  readonly weightGrams: number | null;
  /** Absent, in older documents: it is tracked. */
  readonly trackInventory?: boolean;
  /** The editors' word; absent: 0. The level has the copy that its guard counts with: see apply-backorder-limit.ts. */
  readonly backorderLimit?: number;
  readonly lowStockThreshold: number | null;
  readonly requiresShipping: boolean;
  readonly version: number;
  readonly writeId: string;
  readonly updatedAt: Date;
  /** Written with what a level or the product's summary has to be told, removed once they were. */
  readonly summaryPending?: true;
  /** Stock to begin with, until there is a stock record that says so. */
  readonly opening?: number;
}

export interface HoldDocument {
  readonly rid: string;
  readonly q: number;
  /** When to look at it again. */
  readonly exp: Date;
  /** Held, or consumed. */
  readonly s: 'H' | 'C';
}

export interface OperationDocument {
  /** Of its movement. */
  readonly id: string;
  readonly at: Date;
  /** Present when the operation was refused: what was sellable then. */
  readonly refused?: number;
}

export interface InventoryDocument {
  readonly _id: string;
  readonly productId: string;
  readonly onHand: number;
  readonly reserved: number;
  /** onHand − reserved + backorderLimit, kept in every update: the guard is one scalar. */
  readonly sellable: number;
  /** Absent: 0. */
  readonly backorderLimit?: number;
  /** The version of the variant whose limit this is: an older one changes nothing. Absent: none was ever set. */
  readonly limitVersion?: number;
  readonly version: number;
  readonly holds: HoldDocument[];
  readonly ops: OperationDocument[];
  /** How many times some of `ops` were forgotten. Absent: never. */
  readonly forgets?: number;
  /** Never null: $min keeps null. */
  readonly nextExpiry: Date;
  /** What the product's summary says of this variant; null while it is being told. */
  readonly shown: boolean | null;
  readonly shownVersion: number;
  readonly updatedAt: Date;
}

export interface ReservationDocument {
  readonly _id: string;
  readonly state: ReservationStatus;
  readonly fingerprint: string;
  readonly currency: string;
  readonly lines: readonly {
    readonly variantId: string;
    readonly productId: string;
    readonly sku: string;
    readonly title: string;
    readonly quantity: number;
    readonly unitAmount: Long | number;
    readonly taxCategory: string;
    readonly requiresShipping: boolean;
    readonly variantVersion: number;
    /** Absent: it is tracked. */
    readonly trackInventory?: boolean;
  }[];
  readonly expiresAt: Date;
  readonly reason: string | null;
  readonly shortages: readonly Shortage[];
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly forgetAt?: Date;
}

export interface MovementDocument {
  readonly _id: string;
  readonly type: MovementType;
  readonly variantId: string;
  readonly delta: number;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly actorId: string | null;
  readonly state: MovementState;
  readonly available: number | null;
  readonly at: Date;
}

export interface CategoryDocument {
  readonly _id: string;
  readonly slug: string;
  readonly name: string;
  readonly nameKey: string;
  readonly parentId: string | null;
  readonly path: readonly string[];
  /** As on a product. */
  readonly pathVersion: number;
  readonly pathPending?: true;
  readonly version: number;
  readonly writeId: string;
  readonly createdAt: Date;
}

/** The one record all moves of categories go through: while `move` is there, it is being carried out. */
export interface CategoryTreeDocument {
  readonly _id: 'tree';
  /** How many moves were begun. */
  readonly version: number;
  readonly move: CategoryMoveDocument | null;
}

export interface CategoryMoveDocument {
  readonly categoryId: string;
  readonly expectedVersion: number;
  readonly writeId: string;
  readonly slug: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly path: readonly string[];
}

export interface AttributeDefinitionDocument {
  readonly _id: string;
  readonly name: string;
  readonly nameKey: string;
  readonly type: AttributeType;
  readonly unit: string | null;
  readonly options: string[];
  readonly filterable: boolean;
}

export interface ReviewDocument {
  readonly _id: string;
  readonly productId: string;
  readonly authorId: string;
  readonly rating: number;
  readonly title: string | null;
  readonly body: string | null;
  readonly status: ReviewStatus;
  readonly createdAt: Date;
  /** Changes with every decision about it. */
  readonly version: number;
  /** Written with the review and with each decision, removed once the product's rating shows it. */
  readonly uncounted?: true;
}

/** The public name of somebody; null for one whose account is gone. */
export interface AuthorDocument {
  readonly _id: string;
  readonly name: string | null;
  readonly sequence: number;
}

/** The newest event of a product that a subscriber has not taken yet; the id is of both. */
export interface EventDeliveryDocument {
  readonly _id: string;
  readonly subscriber: string;
  readonly event: DomainEvent;
  readonly sequence: number;
  /** When it is tried next, or when whoever is trying it is given up. */
  readonly nextAttemptAt: Date;
  readonly attempts: number;
  /** Since when the subscriber is being told. */
  readonly since: Date;
  readonly lastError?: string;
  /** Present: it was given up. */
  readonly diedAt?: Date;
}

export interface PictureDocument {
  readonly _id: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** What `migrate` last brought the database to. */
export interface SchemaDocument {
  readonly _id: 'schema';
  readonly version: number;
}

/** A date no clock reaches: "nothing to look at". */
export const NEVER = new Date('9999-12-31T00:00:00Z');

export function toStoredPrices(prices: Prices): StoredPrices {
  return Object.fromEntries(
    Object.entries(prices).map(([currency, amount]) => [currency, Long.fromNumber(amount)]),
  );
}

export function fromStoredPrices(prices: StoredPrices): Prices {
  return Object.fromEntries(Object.entries(prices).map(([currency, amount]) => [currency, toNumber(amount)]));
}

/** @throws RangeError for what no number holds exactly. */
export function toNumber(value: Long | number): number {
  const number = typeof value === 'number' ? value : value.toNumber();
  if (!Number.isSafeInteger(number)) throw new RangeError(`${String(value)} is not a safe integer`);
  return number;
}
