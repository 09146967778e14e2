import type { Viewer } from '@tributary/service-kit';
import { loadManyByKey, loadOneByKey, loadPageByKey, type SubgraphContext } from '@tributary/subgraph-kit';
import type { Product, Review } from './domain/model.ts';
import type { Position } from './domain/product-query.ts';
import type { ProductsStore } from './store/products-store.ts';
import type { ReviewOwner } from './store/review-store.ts';

/** The forward page of a nested list: plain values, because loaders compare pages by their JSON. */
export interface NestedPage {
  readonly size: number;
  readonly afterDate: string | undefined;
  readonly afterId: string | undefined;
}

function positionOf({ afterDate, afterId }: NestedPage): Position | undefined {
  return afterDate === undefined || afterId === undefined
    ? undefined
    : { value: new Date(afterDate), id: afterId };
}

/** One query per kind of thing and tick, however many are asked for. */
export function createLoaders({ authors, catalog, inventory, reviews, reservations }: ProductsStore) {
  const reviewPages = (owner: ReviewOwner) =>
    loadPageByKey<NestedPage, readonly Review[]>(
      (ownerIds, page) => reviews.reviewsOfOwners(owner, ownerIds, page.size, positionOf(page)),
      () => [],
    );
  const reviewCounts = (owner: ReviewOwner) =>
    loadOneByKey(
      (ownerIds) => reviews.countReviewsOfOwners(owner, ownerIds),
      ({ ownerId }) => ownerId,
    );
  return {
    product: loadOneByKey(catalog.productsByIds, ({ id }) => id),
    variant: loadOneByKey(catalog.variantsByIds, ({ id }) => id),
    variantBySku: loadOneByKey(catalog.variantsBySkus, ({ sku }) => sku),
    variantsOfProduct: loadManyByKey(catalog.variantsOfProducts, ({ productId }) => productId),
    stockLevel: loadOneByKey(inventory.levels, ({ variantId }) => variantId),
    attribute: loadOneByKey(catalog.attributesByCodes, ({ code }) => code),
    category: loadOneByKey(catalog.categoriesByIds, ({ id }) => id),
    categoriesOfParent: loadManyByKey(catalog.categoriesOfParents, ({ parentId }) => parentId ?? ''),
    productsOfCategory: loadPageByKey<NestedPage, readonly Product[]>(
      (categoryIds, page) => catalog.productsOfCategories(categoryIds, page.size, positionOf(page)),
      () => [],
    ),
    productCountOfCategory: loadOneByKey(catalog.countProductsOfCategories, ({ categoryId }) => categoryId),
    authorName: loadOneByKey(authors.namesOf, ({ authorId }) => authorId),
    review: loadOneByKey(reviews.reviewsByIds, ({ id }) => id),
    reviewsOfProduct: reviewPages('product'),
    reviewsOfAuthor: reviewPages('author'),
    reviewCountOfProduct: reviewCounts('product'),
    reviewCountOfAuthor: reviewCounts('author'),
    reservation: loadOneByKey(reservations.byIds, ({ id }) => id),
  };
}

export type Loaders = ReturnType<typeof createLoaders>;

export interface ProductsContext extends SubgraphContext {
  readonly viewer: Viewer;
  readonly loaders: Loaders;
  /** After a write: what was loaded before it may be outdated. */
  forgetLoaded(): void;
}

export function createContext(store: ProductsStore, viewer: Viewer): ProductsContext {
  const loaders = createLoaders(store);
  return {
    viewer,
    loaders,
    forgetLoaded: () => {
      for (const loader of Object.values(loaders)) loader.clearAll();
    },
  };
}
