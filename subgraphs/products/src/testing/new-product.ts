import { productIds } from '../domain/ids.ts';
import type { NewProduct } from '../domain/model.ts';
import type { CatalogStore } from '../store/catalog-store.ts';
import { newVariant } from './new-variant.ts';

/** What a test is about it says in `changes`. */
export function newProduct(changes: Partial<NewProduct> = {}): NewProduct {
  const id = productIds.generate();
  return {
    id,
    kind: 'PHYSICAL',
    slug: id.replace('_', '-'),
    title: 'x',
    description: null,
    brand: null,
    categoryId: null,
    categoryPath: [],
    attributes: [],
    media: [],
    shippingClass: null,
    countryOfOrigin: null,
    downloadLimit: null,
    licenseTermDays: null,
    variants: [newVariant()],
    ...changes,
  };
}

/** Puts a product on sale that has a variant for each number, all with one limit. @returns Ids of the variants, with what is on hand of each. */
export async function sellVariants(
  catalog: CatalogStore,
  stock: readonly number[],
  backorderLimit = 0,
): Promise<ReadonlyMap<string, number>> {
  const product = newProduct({ variants: stock.map((onHand) => newVariant({ onHand, backorderLimit })) });
  await catalog.createProduct(product, new Date());
  await catalog.updateProduct(product.id, 1, { status: 'ACTIVE' }, { id: 'publish', at: new Date() });
  return new Map(product.variants.map((variant) => [variant.id, variant.onHand]));
}
