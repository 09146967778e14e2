import type { Page } from '@tributary/subgraph-kit';
import type { AttributeDefinition } from '../domain/attribute-definition.ts';
import type {
  Category,
  CategoryContent,
  NewProduct,
  NewVariant,
  Product,
  ProductContent,
  ProductStatus,
  Variant,
  VariantContent,
} from '../domain/model.ts';
import type { Position, ProductFilter, ProductOrder } from '../domain/product-query.ts';

export type CreateProductOutcome =
  | { readonly kind: 'created' }
  | { readonly kind: 'duplicate-slug' }
  | { readonly kind: 'duplicate-sku'; readonly sku: string };

export type Versioned<T> =
  | { readonly kind: 'updated'; readonly value: T }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'version-mismatch' }
  /** Of what has to be unique: a slug, a SKU. */
  | { readonly kind: 'duplicate' };

export type CategoryOutcome =
  Versioned<Category> | { readonly kind: 'duplicate-slug' | 'no-parent' | 'cycle' | 'too-deep' };

export interface FacetCount {
  readonly code: string;
  readonly value: string;
  readonly count: number;
}

export type ProductChange = Partial<ProductContent> & { readonly status?: ProductStatus };

/** One intended write: repeated after a lost answer it is told apart from somebody else's by its id. */
export interface Write {
  readonly id: string;
  readonly at: Date;
}

/** Products with their variants and categories. Every write may be repeated: it takes effect once. */
export interface CatalogStore {
  productsByIds(ids: readonly string[]): Promise<readonly Product[]>;
  productBySlug(slug: string): Promise<Product | null>;
  /** Up to `page.size + 1` products, in the direction of the page. */
  listProducts(
    filter: ProductFilter,
    order: ProductOrder,
    page: Pick<Page, 'size' | 'backward'>,
    position: Position | undefined,
  ): Promise<readonly Product[]>;
  /** How many rows all pages of this list have together. */
  countProducts(filter: ProductFilter, order: ProductOrder): Promise<number>;
  /**
   * How many products of a list have each value of each attribute. A condition on an attribute does not narrow
   * its own counts: they tell what choosing another of its values would find.
   */
  countFacets(filter: ProductFilter): Promise<readonly FacetCount[]>;
  /** The newest products on sale in each category's subtree: up to `size + 1` for each. */
  productsOfCategories(
    categoryIds: readonly string[],
    size: number,
    position: Position | undefined,
  ): Promise<ReadonlyMap<string, readonly Product[]>>;
  countProductsOfCategories(
    categoryIds: readonly string[],
  ): Promise<readonly { readonly categoryId: string; readonly count: number }[]>;

  variantsByIds(ids: readonly string[]): Promise<readonly Variant[]>;
  variantsBySkus(skus: readonly string[]): Promise<readonly Variant[]>;
  /** In the order in which they were given at creation. */
  variantsOfProducts(productIds: readonly string[]): Promise<readonly Variant[]>;

  /** The whole draft with variants and stock, or nothing of it. */
  createProduct(product: NewProduct, now: Date): Promise<CreateProductOutcome>;
  updateProduct(
    id: string,
    expectedVersion: number,
    change: ProductChange,
    write: Write,
  ): Promise<Versioned<Product>>;
  /** Adds one to a product, with its stock. */
  createVariant(
    product: Pick<Product, 'id' | 'kind'>,
    variant: NewVariant,
    now: Date,
  ): Promise<'created' | 'duplicate-sku'>;
  /** Also brings its level and the product's summary up to date. */
  updateVariant(
    id: string,
    expectedVersion: number,
    change: Partial<VariantContent>,
    write: Write,
  ): Promise<Versioned<Variant>>;

  attributesByCodes(codes: readonly string[]): Promise<readonly AttributeDefinition[]>;
  /** In name order. */
  attributes(): Promise<readonly AttributeDefinition[]>;
  /** Makes it, or changes all but its type; its options are only added to. */
  upsertAttribute(definition: AttributeDefinition): Promise<AttributeDefinition | 'other-type'>;

  categoriesByIds(ids: readonly string[]): Promise<readonly Category[]>;
  categoryBySlug(slug: string): Promise<Category | null>;
  /** In name order, as the two below. */
  categories(rootsOnly: boolean): Promise<readonly Category[]>;
  categoriesOfParents(parentIds: readonly string[]): Promise<readonly Category[]>;
  createCategory(category: Category, now: Date): Promise<'created' | 'duplicate-slug'>;
  /** Renames it, and moves it with all below it when the parent is another one. */
  updateCategory(
    id: string,
    expectedVersion: number,
    content: CategoryContent,
    write: Write,
  ): Promise<CategoryOutcome>;

  /** Removes what creations that stopped half-way before `startedBefore` left behind. */
  removeAbandonedCreations(startedBefore: Date): Promise<number>;
  /** Brings summaries up to date that a stopped process left behind. */
  repairSummaries(): Promise<number>;
  /** Carries out what is left of a move, and brings paths up to date that a stopped process left behind. */
  repairPaths(): Promise<number>;
}
