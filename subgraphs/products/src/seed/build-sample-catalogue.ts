/**
 * The whole demonstration catalogue as values: the same ids, slugs, prices and pictures on every machine.
 */
import { createHash } from 'node:crypto';
import type { AttributeDefinition } from '../domain/attribute-definition.ts';
import type { Category, NewProduct, NewVariant, ProductStatus, Review } from '../domain/model.ts';
import type { StoredPicture } from '../store/media-store.ts';
import { drawPicture, PICTURE_SIZE } from './draw-picture.ts';
import { createRandom, type Random } from './random.ts';
import { sampleIds } from './sample-ids.ts';
import { sampleAttributes } from './sample-attributes.ts';
import { labelPrices } from './sample-prices.ts';
import { sampleReviews } from './sample-reviews.ts';
import { SAMPLE_SHELVES, type SampleOption, type SampleShelf } from './sample-shelves.ts';
import { SAMPLE_TREE, type SampleCategory } from './sample-tree.ts';

const OPENED_AT = Date.UTC(2026, 0, 15, 8);
/** One product a day, in mixed order: lists by age show every shelf. */
const BETWEEN_PRODUCTS_MS = 86_400_000;
const COUNTRIES = ['DE', 'IT', 'JP', 'PT', 'VN'];

export interface SampleProduct {
  readonly product: NewProduct;
  readonly status: ProductStatus;
  readonly createdAt: Date;
  readonly reviews: readonly Review[];
}

export interface SampleCatalogue {
  readonly attributes: readonly AttributeDefinition[];
  readonly categories: readonly Category[];
  readonly products: readonly SampleProduct[];
  readonly pictures: readonly StoredPicture[];
}

export function buildSampleCatalogue(): SampleCatalogue {
  const categories = buildCategories();
  const bySlug = new Map(categories.map((category) => [category.slug, category]));
  const drafts = SAMPLE_SHELVES.flatMap((shelf) => shelf.titles.map((title) => ({ shelf, title })));
  const days = createRandom('calendar').shuffle(drafts.map((_, index) => index));
  const pictures = new Map<string, StoredPicture>();
  const products = drafts.map(({ shelf, title }, n) => {
    const category = bySlug.get(shelf.category);
    if (category === undefined) throw new Error(`the shelf ${shelf.category} has no category`);
    const createdAt = new Date(OPENED_AT + (days[n] ?? n) * BETWEEN_PRODUCTS_MS);
    const built = buildProduct(shelf, title, n, category, createdAt);
    pictures.set(built.picture.id, built.picture);
    return built.sample;
  });
  return { attributes: sampleAttributes(), categories, products, pictures: [...pictures.values()] };
}

function buildCategories(): readonly Category[] {
  const categories: Category[] = [];
  const add = (node: SampleCategory, parent: Category | null): void => {
    const id = sampleIds.category(new Date(OPENED_AT), categories.length + 1);
    const { slug, name } = node;
    const path = [...(parent?.path ?? []), id];
    const category = { id, slug, name, parentId: parent?.id ?? null, path, version: 1 };
    categories.push(category);
    for (const child of node.children ?? []) add(child, category);
  };
  for (const root of SAMPLE_TREE) add(root, null);
  return categories;
}

function buildProduct(
  shelf: SampleShelf,
  title: string,
  n: number,
  category: Category,
  createdAt: Date,
): { readonly sample: SampleProduct; readonly picture: StoredPicture } {
  const slug = toSlug(title);
  const random = createRandom(slug);
  const brand = random.pick(shelf.brands);
  const status = statusOf(n);
  const id = sampleIds.product(createdAt, n + 1);
  const picture = buildPicture(shelf, title, brand, random);
  const product: NewProduct = {
    id,
    kind: shelf.kind,
    slug,
    title,
    description: shelf.sentences.map((sentences) => random.pick(sentences)).join(' '),
    brand,
    categoryId: category.id,
    categoryPath: category.path,
    attributes: Object.entries(shelf.attributes).map(([code, values]) => ({
      code,
      value: random.pick(values),
    })),
    media: [
      {
        url: `/media/${picture.id}.svg`,
        alt: `${title} by ${brand}`,
        width: PICTURE_SIZE,
        height: PICTURE_SIZE,
      },
    ],
    shippingClass: shelf.kind === 'PHYSICAL' ? (shelf.shippingClass ?? 'parcel') : null,
    countryOfOrigin: shelf.kind === 'PHYSICAL' ? createRandom(`${slug} origin`).pick(COUNTRIES) : null,
    licenseTermDays: null,
    downloadLimit: shelf.kind === 'DIGITAL' && random.next() < 0.7 ? random.pick([3, 5, 10]) : null,
    variants: buildVariants(shelf, n, createdAt, random),
  };
  const reviews = status === 'DRAFT' ? [] : sampleReviews({ id, n: n + 1, createdAt }, random);
  return { picture, sample: { product, status, createdAt, reviews } };
}

/** Most are on sale; the first always is, because the documentation's first query asks for it. */
function statusOf(n: number): ProductStatus {
  if (n % 29 === 17) return 'DRAFT';
  return n % 37 === 23 ? 'ARCHIVED' : 'ACTIVE';
}

function buildVariants(
  shelf: SampleShelf,
  n: number,
  createdAt: Date,
  random: Random,
): readonly NewVariant[] {
  const euro = random.between(...shelf.euro);
  const labels = `${euro} ${random.next()}`;
  const soldOut = n % 19 === 11;
  return combinations(shelf.options, random).map(({ options, percent }, index) => ({
    id: sampleIds.variant(createdAt, n + 1, index),
    sku: `${shelf.code}-${String(n + 1).padStart(3, '0')}-${String(index + 1).padStart(2, '0')}`,
    title: options.map(({ value }) => value).join(' / '),
    options,
    prices: labelPrices((euro * percent) / 100, createRandom(labels)),
    compareAtPrices: {},
    taxCategory: shelf.kind === 'DIGITAL' ? 'digital' : 'standard',
    barcode: null,
    weightGrams: null,
    trackInventory: shelf.kind === 'PHYSICAL' || soldOut,
    backorderLimit: n % 12 === 7 && !soldOut ? 20 : 0,
    lowStockThreshold: null,
    onHand: soldOut || shelf.kind === 'DIGITAL' ? 0 : stockOf(random),
  }));
}

/** A few sizes are gone, some are few. */
function stockOf(random: Random): number {
  const luck = random.next();
  if (luck < 0.08) return 0;
  return luck < 0.2 ? random.between(1, 5) : random.between(6, 80);
}

interface Combination {
  readonly options: NewVariant['options'];
  readonly percent: number;
}

/** Every value of each option with every value of the others. */
function combinations(options: readonly SampleOption[], random: Random): readonly Combination[] {
  let result: readonly Combination[] = [{ options: [], percent: 100 }];
  for (const { code, values, take, stepPercent = 0 } of options) {
    const first = random.between(0, values.length - take);
    const taken = values.slice(first, first + take);
    result = result.flatMap((combination) =>
      taken.map((value, index) => ({
        options: [...combination.options, { code, value }],
        percent: combination.percent + index * stepPercent,
      })),
    );
  }
  return result;
}

function buildPicture(shelf: SampleShelf, title: string, subtitle: string, random: Random): StoredPicture {
  const hue = (shelf.hue + random.between(-12, 12) + 360) % 360;
  const svg = drawPicture({ title, subtitle, icon: shelf.icon, hue, angle: random.between(10, 80) });
  const content = Buffer.from(svg, 'utf8');
  return {
    id: createHash('sha256').update(content).digest('hex'),
    contentType: 'image/svg+xml; charset=utf-8',
    content,
  };
}

function toSlug(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
