import { newUuid } from '@tributary/subgraph-kit';
import type { NewVariant, Product, Variant } from '../domain/model.ts';
import { toAttributeDefinition } from '../store/mongo/attributes.ts';
import { toCategory } from '../store/mongo/categories.ts';
import { livingOf } from '../store/mongo/create-product.ts';
import type { Collections } from '../store/mongo/database.ts';
import { importProducts } from '../store/mongo/import-products.ts';
import { createMongoCatalogStore } from '../store/mongo/mongo-catalog-store.ts';
import { toProducts, toVariant } from '../store/mongo/product-mapping.ts';
import { withPatience } from '../store/mongo/with-retry.ts';
import type { LineProblem, ReadRecord } from './catalogue-record.ts';
import { planRecord, type PlanContext, type PlannedProduct } from './plan-record.ts';
import { refuseRepeated } from './refuse-repeated.ts';

/** Products that are checked, looked up and written together: all that an import holds of a file, but for a key of each slug. */
const BATCH = 100;

export interface ImportProgress {
  /** The last line that is done. */
  readonly line: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
}

export const NOTHING_IMPORTED: ImportProgress = { line: 0, created: 0, updated: 0, unchanged: 0, refused: 0 };

export interface ImportOptions {
  readonly collections: Collections;
  readonly records: AsyncIterable<ReadRecord>;
  /** Checks everything and writes nothing. */
  readonly dryRun: boolean;
  readonly importId: string;
  /** Origin under which clients reach the pictures that are kept here. */
  readonly mediaBaseUrl: string;
  /** Of the first run, for ids. */
  readonly startedAt: Date;
  /** What an interrupted run of the same import has done. */
  readonly done: ImportProgress;
  /** After every batch. What it tells of is in the store. */
  readonly onBatch: (progress: ImportProgress, problems: readonly LineProblem[]) => Promise<void>;
}

/**
 * Creates the products whose slug is new and changes the others to what the file says: their variants by SKU,
 * adding new ones and leaving alone those the file does not name. Stock is only given to new variants.
 * Repeated, it changes nothing.
 */
export async function importCatalogue(options: ImportOptions): Promise<ImportProgress> {
  const context = await loadContext(options);
  let progress = options.done;
  let batch: ReadRecord[] = [];
  const flush = async (): Promise<void> => {
    const last = batch.at(-1);
    if (last === undefined) return;
    // The ids of a batch are the same every time, so a repetition goes on where it stopped.
    const { counts, problems } = await withPatience(() => importBatch(options, context, batch));
    progress = {
      line: last.line,
      created: progress.created + counts.created,
      updated: progress.updated + counts.updated,
      unchanged: progress.unchanged + counts.unchanged,
      refused: progress.refused + new Set(problems.map(({ line }) => line)).size,
    };
    batch = [];
    await options.onBatch(progress, problems);
  };
  for await (const record of refuseRepeated(options.records)) {
    if (record.line <= options.done.line) continue;
    batch.push(record);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return progress;
}

async function loadContext(options: ImportOptions): Promise<PlanContext> {
  const { collections, importId, startedAt, mediaBaseUrl } = options;
  const [categories, definitions] = await Promise.all([
    collections.categories.find({}).map(toCategory).toArray(),
    collections.attributeDefinitions.find({}).map(toAttributeDefinition).toArray(),
  ]);
  return {
    importId,
    startedAt,
    mediaBaseUrl,
    categories: new Map(categories.map((category) => [category.slug, category])),
    definitions: new Map(definitions.map((definition) => [definition.code, definition])),
  };
}

interface Counts {
  created: number;
  updated: number;
  unchanged: number;
}

async function importBatch(
  { collections, dryRun }: ImportOptions,
  context: PlanContext,
  batch: readonly ReadRecord[],
): Promise<{ readonly counts: Counts; readonly problems: readonly LineProblem[] }> {
  const counts: Counts = { created: 0, updated: 0, unchanged: 0 };
  const problems: LineProblem[] = [];
  const planned: PlannedProduct[] = [];
  for (const read of batch) {
    const plan = 'record' in read ? planRecord(context, read.line, read.record) : read;
    if ('problems' in plan) problems.push(...plan.problems);
    else planned.push(plan);
  }
  const known = await lookUp(collections, planned);
  const fresh: PlannedProduct[] = [];
  for (const plan of planned) {
    const existing = known.products.get(plan.product.slug);
    const taken = plan.product.variants.find(({ sku, id }) => {
      const holder = known.variants.get(sku);
      return holder !== undefined && holder.id !== id && holder.productId !== existing?.id;
    });
    if (taken !== undefined) problems.push(duplicateSku(plan, taken.sku));
    else if (existing === undefined) fresh.push(plan);
    else if (existing.kind !== plan.product.kind)
      problems.push({
        line: plan.line,
        field: 'kind',
        code: 'INVALID',
        message: 'The kind of a product stays.',
      });
    else {
      const changed = await update(collections, plan, existing, known.variants, dryRun);
      if (typeof changed === 'string')
        problems.push({ line: plan.line, field: '', code: 'VERSION_MISMATCH', message: changed });
      else counts[changed ? 'updated' : 'unchanged'] += 1;
    }
  }
  const outcomes = dryRun
    ? fresh.map(() => ({ kind: 'created' as const }))
    : await importProducts(collections, fresh, new Date());
  for (const [index, outcome] of outcomes.entries()) {
    const plan = fresh[index];
    if (plan === undefined) continue;
    if (outcome.kind === 'created') counts.created += 1;
    else if (outcome.kind === 'duplicate-sku') problems.push(duplicateSku(plan, outcome.sku));
    else if (outcome.kind === 'abandoned')
      problems.push({
        line: plan.line,
        field: '',
        code: 'ABANDONED',
        message: 'It took so long that it was undone. Import this line again.',
      });
    else
      problems.push({
        line: plan.line,
        field: 'slug',
        code: 'DUPLICATE_SLUG',
        message: 'Somebody is creating a product with this slug. Import this line again in a minute.',
      });
  }
  return { counts, problems: problems.sort((a, b) => a.line - b.line) };
}

async function lookUp(
  collections: Collections,
  planned: readonly PlannedProduct[],
): Promise<{
  readonly products: ReadonlyMap<string, Product>;
  readonly variants: ReadonlyMap<string, Variant>;
}> {
  const { products, variants } = collections;
  const slugs = planned.map(({ product }) => product.slug);
  const skus = planned.flatMap(({ product }) => product.variants.map(({ sku }) => sku));
  const [productRows, variantRows] = await Promise.all([
    products.find({ slug: { $in: slugs } }).toArray(),
    variants.find({ sku: { $in: skus } }).toArray(),
  ]);
  return {
    products: new Map(toProducts(productRows).map((product) => [product.slug, product])),
    variants: new Map(
      (await livingOf(collections, variantRows)).map(toVariant).map((variant) => [variant.sku, variant]),
    ),
  };
}

/** @returns Whether anything changed; or why it could not be. */
async function update(
  collections: Collections,
  { product: wanted, status }: PlannedProduct,
  existing: Product,
  variants: ReadonlyMap<string, Variant>,
  dryRun: boolean,
): Promise<boolean | string> {
  const catalog = createMongoCatalogStore(collections);
  const conflict = 'Somebody changed it at the same time. Import this line again.';
  let changed = false;
  for (const variant of wanted.variants) {
    const current = variants.get(variant.sku);
    const change = current === undefined ? variant : differenceOf(current, variant, VARIANT_FIELDS);
    if (change === undefined) continue;
    changed = true;
    if (dryRun) continue;
    const write = { id: newUuid(), at: new Date() };
    const outcome =
      current === undefined
        ? await catalog.createVariant(existing, variant, write.at)
        : (await catalog.updateVariant(current.id, current.version, change, write)).kind;
    if (outcome !== 'created' && outcome !== 'updated') return conflict;
  }
  const change = differenceOf(existing, { ...wanted, status }, PRODUCT_FIELDS);
  if (change === undefined) return changed;
  if (!dryRun) {
    const write = { id: newUuid(), at: new Date() };
    const outcome = await catalog.updateProduct(existing.id, existing.version, change, write);
    if (outcome.kind !== 'updated') return conflict;
  }
  return true;
}

const PRODUCT_FIELDS = [
  'title',
  'description',
  'brand',
  'categoryId',
  'attributes',
  'media',
  'shippingClass',
  'countryOfOrigin',
  'downloadLimit',
  'licenseTermDays',
  'status',
] as const;
const VARIANT_FIELDS = [
  'title',
  'options',
  'prices',
  'compareAtPrices',
  'taxCategory',
  'barcode',
  'weightGrams',
  'trackInventory',
  'backorderLimit',
  'lowStockThreshold',
] as const satisfies readonly (keyof NewVariant)[];

/** The fields that are other ones; undefined when there are none. */
function differenceOf<T, K extends keyof T>(
  current: T,
  wanted: Pick<T, K>,
  fields: readonly K[],
): Partial<Pick<T, K>> | undefined {
  const other = fields.filter((field) => canonical(current[field]) !== canonical(wanted[field]));
  if (other.length === 0) return undefined;
  return Object.fromEntries(other.map((field) => [field, wanted[field]])) as Partial<Pick<T, K>>;
}

/** Prices are a set: the store may answer their currencies in another order. */
function canonical(value: unknown): string {
  const isSet = typeof value === 'object' && value !== null && !Array.isArray(value);
  return JSON.stringify(isSet ? Object.entries(value).sort() : value);
}

const duplicateSku = ({ line, product }: PlannedProduct, sku: string): LineProblem => ({
  line,
  field: `variants.${product.variants.findIndex((variant) => variant.sku === sku)}.sku`,
  code: 'DUPLICATE_SKU',
  message: `Another product has the SKU ${sku}.`,
});
