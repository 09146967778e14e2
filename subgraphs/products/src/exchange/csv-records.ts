/**
 * Products in CSV: one row per variant, the rows of a product after one another. What belongs to the product
 * is taken from its first row. Columns with a colon are one of many: `attribute:colour`, `option:size`,
 * `price:EUR`, `compare_at_price:EUR`.
 */
import {
  parseRecord,
  type CatalogueRecord,
  type CatalogueVariant,
  type ReadRecord,
} from './catalogue-record.ts';
import { CsvSyntaxError, readCsv } from './csv.ts';

const PRODUCT_COLUMNS = {
  slug: 'slug',
  kind: 'kind',
  status: 'status',
  title: 'title',
  description: 'description',
  brand: 'brand',
  category: 'category',
  shipping_class: 'shippingClass',
  country_of_origin: 'countryOfOrigin',
  download_limit: 'downloadLimit',
  license_term_days: 'licenseTermDays',
} as const;
const VARIANT_COLUMNS = {
  sku: 'sku',
  variant_title: 'title',
  tax_category: 'taxCategory',
  barcode: 'barcode',
  weight_grams: 'weightGrams',
  track_inventory: 'trackInventory',
  backorder_limit: 'backorderLimit',
  low_stock_threshold: 'lowStockThreshold',
  on_hand: 'onHand',
} as const;
const MANY = {
  attribute: 'attributes',
  option: 'options',
  price: 'prices',
  compare_at_price: 'compareAtPrices',
} as const;
/** Addresses with spaces between them; what else is known of a picture only JSON Lines keep. */
const IMAGES = 'images';
const NUMBERS = new Set([
  'downloadLimit',
  'licenseTermDays',
  'weightGrams',
  'backorderLimit',
  'lowStockThreshold',
  'onHand',
]);
const BOOLEANS = new Set(['trackInventory']);

type Cells = ReadonlyMap<string, string>;

export async function* readCsvRecords(chunks: AsyncIterable<string>): AsyncGenerator<ReadRecord> {
  let columns: readonly string[] | undefined;
  let current: { line: number; slug: string; rows: Cells[] } | undefined;
  for await (const { line, fields } of readCsv(chunks)) {
    if (columns === undefined) {
      columns = checkColumns(fields);
      continue;
    }
    if (fields.length !== columns.length) {
      throw new CsvSyntaxError(line, `${columns.length} columns are expected, there are ${fields.length}`);
    }
    const cells = new Map(columns.map((column, index) => [column, fields[index] ?? '']));
    const slug = cells.get('slug') ?? '';
    if (current?.slug === slug) {
      current.rows.push(cells);
      continue;
    }
    if (current !== undefined) yield parseRecord(current.line, toValue(current.rows));
    current = { line, slug, rows: [cells] };
  }
  if (current !== undefined) yield parseRecord(current.line, toValue(current.rows));
}

function checkColumns(names: readonly string[]): readonly string[] {
  const unknown = names.filter((name) => {
    const [prefix = '', rest] = name.split(':', 2);
    if (rest !== undefined) return !Object.hasOwn(MANY, prefix) || rest === '';
    return !Object.hasOwn(PRODUCT_COLUMNS, name) && !Object.hasOwn(VARIANT_COLUMNS, name) && name !== IMAGES;
  });
  if (unknown.length > 0) throw new CsvSyntaxError(1, `there is no column ${unknown.join(', ')}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new CsvSyntaxError(1, `the column ${twice} is there twice`);
  return names;
}

function toValue(rows: readonly Cells[]): unknown {
  const [first = new Map<string, string>()] = rows;
  return {
    ...pick(first, PRODUCT_COLUMNS),
    attributes: many(first, 'attribute', String),
    media: (first.get(IMAGES) ?? '')
      .split(/\s+/)
      .filter((url) => url !== '')
      .map((url) => ({ url })),
    variants: rows.map((row) => ({
      ...pick(row, VARIANT_COLUMNS),
      options: many(row, 'option', String),
      prices: many(row, 'price', toNumber),
      compareAtPrices: many(row, 'compare_at_price', toNumber),
    })),
  };
}

/** An empty cell is an absent value. */
function pick(cells: Cells, names: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([column, name]) => {
      const cell = cells.get(column) ?? '';
      return cell === '' ? [] : [[name, toCellValue(name, cell)]];
    }),
  );
}

function many<T>(cells: Cells, prefix: string, read: (cell: string) => T): Record<string, T> {
  return Object.fromEntries(
    [...cells].flatMap(([column, cell]) =>
      column.startsWith(`${prefix}:`) && cell !== '' ? [[column.slice(prefix.length + 1), read(cell)]] : [],
    ),
  );
}

function toCellValue(name: string, cell: string): unknown {
  if (BOOLEANS.has(name)) return toBoolean(cell);
  return NUMBERS.has(name) ? toNumber(cell) : cell;
}

const toBoolean = (cell: string): boolean | string =>
  cell === 'true' || cell === 'false' ? cell === 'true' : cell;

/** What is no number stays a text, and the record's schema says so. */
const toNumber = (cell: string): number | string => (/^-?\d+$/.test(cell) ? Number(cell) : cell);

/** The columns that records with these codes and currencies need. */
export function csvColumns(
  attributes: readonly string[],
  options: readonly string[],
  currencies: readonly string[],
): readonly string[] {
  return [
    ...Object.keys(PRODUCT_COLUMNS),
    IMAGES,
    ...attributes.map((code) => `attribute:${code}`),
    ...Object.keys(VARIANT_COLUMNS),
    ...options.map((code) => `option:${code}`),
    ...currencies.map((currency) => `price:${currency}`),
    ...currencies.map((currency) => `compare_at_price:${currency}`),
  ];
}

export function toCsvRows(record: CatalogueRecord, columns: readonly string[]): readonly string[][] {
  return record.variants.map((variant, index) =>
    columns.map((column) =>
      index === 0 || column === 'slug' ? cellOf(record, variant, column) : variantCell(variant, column),
    ),
  );
}

function cellOf(record: CatalogueRecord, variant: CatalogueVariant, column: string): string {
  if (column === IMAGES) return record.media.map(({ url }) => url).join(' ');
  if (Object.hasOwn(PRODUCT_COLUMNS, column)) {
    return toCell(record[PRODUCT_COLUMNS[column as keyof typeof PRODUCT_COLUMNS]]);
  }
  if (column.startsWith('attribute:')) return toCell(record.attributes[column.slice('attribute:'.length)]);
  return variantCell(variant, column);
}

function variantCell(variant: CatalogueVariant, column: string): string {
  if (Object.hasOwn(VARIANT_COLUMNS, column)) {
    return toCell(variant[VARIANT_COLUMNS[column as keyof typeof VARIANT_COLUMNS]]);
  }
  const [prefix = '', key = ''] = column.split(':', 2);
  if (prefix === 'option') return toCell(variant.options[key]);
  if (prefix === 'price') return toCell(variant.prices[key]);
  return prefix === 'compare_at_price' ? toCell(variant.compareAtPrices[key]) : '';
}

const toCell = (value: string | number | boolean | null | undefined): string => String(value ?? '');
