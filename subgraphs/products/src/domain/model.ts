/** The catalogue's own words. Money is whole minor units by currency; ids are typed ids as on the wire. */

export type ProductKind = 'PHYSICAL' | 'DIGITAL';
export type ProductStatus = 'DRAFT' | 'ACTIVE' | 'ARCHIVED';
export type Prices = Readonly<Record<string, number>>;

export type ReviewStatus = 'PENDING' | 'PUBLISHED' | 'REJECTED';

export interface AttributeValue {
  readonly code: string;
  /** In the canonical form of its definition's type. */
  readonly value: string;
}

export interface MediaItem {
  /** Absolute, or a path below the media origin for pictures this service holds itself. */
  readonly url: string;
  readonly alt: string | null;
  readonly width: number | null;
  readonly height: number | null;
}

/** What follows from a product's variants and their stock; kept on the product so that lists need no join. */
export interface ProductSummary {
  readonly minPrice: Prices;
  readonly maxPrice: Prices;
  /** Any variant can be sold. For sale it is only when the product is ACTIVE as well. */
  readonly inStock: boolean;
}

/** What only one kind of product has; null for the other kind. */
export interface KindContent {
  readonly shippingClass: string | null;
  /** ISO 3166-1, two letters. */
  readonly countryOfOrigin: string | null;
  /** How often a buyer may download it; null for any number of times. */
  readonly downloadLimit: number | null;
  /** How long a buyer may use it; null for good. */
  readonly licenseTermDays: number | null;
}

export interface ProductContent extends KindContent {
  readonly slug: string;
  readonly title: string;
  readonly description: string | null;
  readonly brand: string | null;
  readonly categoryId: string | null;
  /** Ids from the root down to `categoryId`: a subtree is listed with one equality. */
  readonly categoryPath: readonly string[];
  readonly attributes: readonly AttributeValue[];
  readonly media: readonly MediaItem[];
}

export interface Product extends ProductContent, ProductSummary {
  readonly id: string;
  readonly kind: ProductKind;
  readonly status: ProductStatus;
  readonly ratingSum: number;
  readonly ratingCount: number;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface VariantContent {
  readonly sku: string;
  readonly title: string;
  /** What tells it from its siblings. */
  readonly options: readonly AttributeValue[];
  readonly prices: Prices;
  /** What it cost before, to be shown struck through. */
  readonly compareAtPrices: Prices;
  readonly taxCategory: string;
  readonly barcode: string | null;
  readonly weightGrams: number | null;
  /** False: it can always be sold, and a sale changes no level. */
  readonly trackInventory: boolean;
  /** How many may be sold that are not there yet. */
  readonly backorderLimit: number;
  /** At or below it the variant is low on stock. */
  readonly lowStockThreshold: number | null;
}

export interface Variant extends VariantContent {
  readonly id: string;
  readonly productId: string;
  readonly requiresShipping: boolean;
  readonly version: number;
  readonly updatedAt: Date;
}

export interface NewVariant extends VariantContent {
  readonly id: string;
  readonly onHand: number;
}

export interface NewProduct extends ProductContent {
  readonly id: string;
  readonly kind: ProductKind;
  readonly variants: readonly NewVariant[];
}

export interface StockLevel {
  readonly variantId: string;
  readonly productId: string;
  /** Negative: so many were sold and have still to come. */
  readonly onHand: number;
  readonly reserved: number;
  /** What can still be sold: on hand minus reserved, and the backorder limit. */
  readonly sellable: number;
  readonly backorderLimit: number;
  readonly updatedAt: Date;
}

export interface CategoryContent {
  readonly slug: string;
  readonly name: string;
  readonly parentId: string | null;
}

export interface Category extends CategoryContent {
  readonly id: string;
  /** Ids from the root down to and including this one. */
  readonly path: readonly string[];
  readonly version: number;
}

export interface Review {
  readonly id: string;
  readonly productId: string;
  readonly authorId: string;
  readonly rating: number;
  readonly title: string | null;
  readonly body: string | null;
  readonly status: ReviewStatus;
  readonly createdAt: Date;
}
