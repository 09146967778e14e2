import { toMediaAddress } from '../domain/media-address.ts';
import type { Product, Variant } from '../domain/model.ts';
import type { Collections } from '../store/mongo/database.ts';
import { toProducts, toVariant } from '../store/mongo/product-mapping.ts';
import type { CatalogueRecord } from './catalogue-record.ts';
import { csvColumns, toCsvRows } from './csv-records.ts';
import { toCsvLine } from './csv.ts';
import type { FileFormat } from './read-records.ts';

const BATCH = 200;

/**
 * The whole catalogue as the text of a file that `importCatalogue` takes, a batch at a time.
 *
 * @param mediaBaseUrl In front of the pictures that this service holds itself.
 */
export async function* exportCatalogue(
  collections: Collections,
  format: FileFormat,
  mediaBaseUrl: string,
): AsyncGenerator<string> {
  if (format === 'jsonl') {
    for await (const records of readBatches(collections, mediaBaseUrl)) {
      yield records.map((record) => `${JSON.stringify(record)}\n`).join('');
    }
    return;
  }
  // A table has to know all of its columns first.
  const [attributes, options, currencies] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for await (const records of readBatches(collections, mediaBaseUrl)) {
    for (const record of records) {
      for (const code of Object.keys(record.attributes)) attributes.add(code);
      for (const variant of record.variants) {
        for (const code of Object.keys(variant.options)) options.add(code);
        for (const currency of Object.keys({ ...variant.prices, ...variant.compareAtPrices }))
          currencies.add(currency);
      }
    }
  }
  const columns = csvColumns([...attributes].sort(), [...options].sort(), [...currencies].sort());
  yield toCsvLine(columns);
  for await (const records of readBatches(collections, mediaBaseUrl)) {
    yield records
      .flatMap((record) => toCsvRows(record, columns))
      .map(toCsvLine)
      .join('');
  }
}

async function* readBatches(
  collections: Collections,
  mediaBaseUrl: string,
): AsyncGenerator<readonly CatalogueRecord[]> {
  const slugs = new Map(
    (await collections.categories.find({}, { projection: { slug: 1 } }).toArray()).map(({ _id, slug }) => [
      _id,
      slug,
    ]),
  );
  let after = '';
  for (;;) {
    const rows = await collections.products
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray();
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last._id;
    const products = toProducts(rows);
    const ids = products.map(({ id }) => id);
    const [variants, levels] = await Promise.all([
      collections.variants
        .find({ productId: { $in: ids } })
        .sort({ productId: 1, _id: 1 })
        .toArray(),
      collections.inventory.find({ productId: { $in: ids } }, { projection: { onHand: 1 } }).toArray(),
    ]);
    const onHand = new Map(levels.map((level) => [level._id, level.onHand]));
    const ofProduct = new Map<string, Variant[]>();
    for (const variant of variants.map(toVariant)) {
      ofProduct.set(variant.productId, [...(ofProduct.get(variant.productId) ?? []), variant]);
    }
    yield products.map((product) =>
      toRecord(product, ofProduct.get(product.id) ?? [], onHand, slugs, mediaBaseUrl),
    );
  }
}

function toRecord(
  product: Product,
  variants: readonly Variant[],
  onHand: ReadonlyMap<string, number>,
  slugs: ReadonlyMap<string, string>,
  mediaBaseUrl: string,
): CatalogueRecord {
  const { slug, kind, status, title, description, brand, categoryId } = product;
  const { shippingClass, countryOfOrigin, downloadLimit, licenseTermDays } = product;
  const toValues = (values: Product['attributes']) =>
    Object.fromEntries(values.map(({ code, value }) => [code, value]));
  return {
    slug,
    kind,
    status,
    title,
    description,
    brand,
    category: categoryId === null ? null : (slugs.get(categoryId) ?? null),
    shippingClass,
    countryOfOrigin,
    downloadLimit,
    licenseTermDays,
    attributes: toValues(product.attributes),
    media: product.media.map((item) => ({ ...item, url: toMediaAddress(item.url, mediaBaseUrl) })),
    variants: variants.map(
      ({ id, productId: _p, requiresShipping: _r, version: _v, updatedAt: _u, ...variant }) => ({
        ...variant,
        options: toValues(variant.options),
        prices: { ...variant.prices },
        compareAtPrices: { ...variant.compareAtPrices },
        // Sold beyond what was there: whoever begins with this file begins with nothing.
        onHand: Math.max(0, onHand.get(id) ?? 0),
      }),
    ),
  };
}
