import { newUuid } from '@tributary/subgraph-kit';
import type { TestProducts } from './start-test-products.ts';

export interface TestProduct {
  readonly id: string;
  readonly slug: string;
  readonly version: number;
  readonly variants: readonly { readonly id: string; readonly sku: string; readonly version: number }[];
}

const FIELDS = 'id slug version variants { nodes { id sku version } }';

export const uniqueName = (): string => newUuid().replaceAll('-', '');

/** A valid `ProductCreateInput`; what a test is about it says in `changes`. */
export function productInput(
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const name = uniqueName();
  return {
    kind: 'PHYSICAL',
    slug: `product-${name}`,
    title: `Product ${name}`,
    variants: [variantInput()],
    ...changes,
  };
}

export function variantInput(
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    sku: `SKU-${uniqueName()}`,
    title: 'One size',
    prices: [{ amount: 1_000, currency: 'EUR' }],
    onHand: 10,
    ...changes,
  };
}

export async function createDraft(
  { askAdmin }: Pick<TestProducts, 'askAdmin'>,
  changes?: Readonly<Record<string, unknown>>,
): Promise<TestProduct> {
  const { data, errors } = await askAdmin(
    `mutation ($input: ProductCreateInput!) {
      productCreate(input: $input) { product { ${FIELDS} } userErrors { message field code } }
    }`,
    { input: productInput(changes) },
  );
  return toProduct(data?.productCreate, errors);
}

export async function createOnSale(
  products: Pick<TestProducts, 'askAdmin'>,
  changes?: Readonly<Record<string, unknown>>,
): Promise<TestProduct> {
  const { id, version } = await createDraft(products, changes);
  const { data, errors } = await products.askAdmin(
    `mutation ($id: ID!, $version: Int!) {
      productPublish(id: $id, expectedVersion: $version) { product { ${FIELDS} } userErrors { message field code } }
    }`,
    { id, version },
  );
  return toProduct(data?.productPublish, errors);
}

/** @returns The id of its only variant. */
export async function createStock(products: Pick<TestProducts, 'askAdmin'>, onHand: number): Promise<string> {
  const { variants } = await createOnSale(products, { variants: [variantInput({ onHand })] });
  const [variant] = variants;
  if (variant === undefined) throw new Error('the product has no variant');
  return variant.id;
}

// The payload's shape is this file's own query.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function toProduct(payload: any, errors: unknown): TestProduct {
  if (payload?.product == null) throw new Error(`no product: ${JSON.stringify({ payload, errors })}`);
  return { ...payload.product, variants: payload.product.variants.nodes };
}

export async function createCategory(
  { askAdmin }: Pick<TestProducts, 'askAdmin'>,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly id: string; readonly slug: string }> {
  const name = uniqueName();
  const { data, errors } = await askAdmin(
    `mutation ($input: CategoryInput!) {
      categoryCreate(input: $input) { category { id slug } userErrors { message field code } }
    }`,
    { input: { slug: `category-${name}`, name: `Category ${name}`, ...changes } },
  );
  if (data?.categoryCreate?.category == null)
    throw new Error(`no category: ${JSON.stringify({ data, errors })}`);
  return data.categoryCreate.category as { id: string; slug: string };
}

/** Definitions of free text, for tests that need some attribute. */
export async function defineAttributes(
  { askAdmin }: Pick<TestProducts, 'askAdmin'>,
  ...codes: readonly string[]
): Promise<void> {
  for (const code of codes) await defineAttribute({ askAdmin }, { code, name: code, type: 'TEXT' });
}

export async function defineAttribute(
  { askAdmin }: Pick<TestProducts, 'askAdmin'>,
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { data, errors } = await askAdmin(
    `mutation ($input: AttributeDefinitionInput!) {
      attributeDefinitionUpsert(input: $input) { attributeDefinition { code } userErrors { message field } }
    }`,
    { input },
  );
  if (data?.attributeDefinitionUpsert?.attributeDefinition == null)
    throw new Error(`no attribute: ${JSON.stringify({ data, errors })}`);
}
