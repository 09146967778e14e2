import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDraft, defineAttribute, productInput, variantInput } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const UPSERT = `mutation ($input: AttributeDefinitionInput!) {
  attributeDefinitionUpsert(input: $input) {
    attributeDefinition { code name type unit options filterable }
    userErrors { code field }
  }
}`;
const upsert = async (input: Readonly<Record<string, unknown>>) =>
  (await products.askAdmin(UPSERT, { input })).data.attributeDefinitionUpsert;
const create = async (changes: Readonly<Record<string, unknown>>) => {
  const { data } = await products.askAdmin(
    `mutation ($input: ProductCreateInput!) { productCreate(input: $input) {
      product { attributes { code value number definition { name type } } variants { nodes { options { definition { code } value } } } }
      userErrors { code field message }
    } }`,
    { input: productInput(changes) },
  );
  return data.productCreate;
};

describe('attributeDefinitionUpsert', () => {
  it('defines an attribute, and later changes all but its type, adding options', async () => {
    const input = { code: 'fit', name: 'Fit', type: 'OPTION', options: ['slim', 'regular'] };
    const first = {
      attributeDefinition: { ...input, unit: null, filterable: true },
      userErrors: [],
    };
    expect(await upsert(input)).toEqual(first);
    expect(await upsert(input)).toEqual(first);
    expect(
      await upsert({ ...input, name: 'How it fits', options: ['loose', 'slim'], filterable: false }),
    ).toMatchObject({
      attributeDefinition: {
        name: 'How it fits',
        options: ['slim', 'regular', 'loose'],
        filterable: false,
      },
    });
    expect(await upsert({ code: 'fit', name: 'Fit', type: 'TEXT' })).toMatchObject({
      attributeDefinition: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'type'] }],
    });
    const { data } = await products.ask('{ attributeDefinitions { code name } }');
    expect(data.attributeDefinitions).toContainEqual({ code: 'fit', name: 'How it fits' });
  });

  it('keeps the options of both who add some at the same time', async () => {
    const input = { code: 'together', name: 'Together', type: 'OPTION' };
    await Promise.all(['a', 'b', 'c', 'd'].map((option) => upsert({ ...input, options: [option] })));
    const { data } = await products.ask('{ attributeDefinitions { code options } }');
    const { options } = data.attributeDefinitions.find(({ code }: { code: string }) => code === 'together');
    expect([...options].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('names every wrong field at once', async () => {
    expect(
      await upsert({ code: 'No Code', name: '', type: 'OPTION', unit: 'kg', options: [] }),
    ).toMatchObject({
      userErrors: [
        { code: 'REQUIRED', field: ['input', 'options'] },
        { code: 'INVALID', field: ['input', 'unit'] },
        { code: 'INVALID', field: ['input', 'code'] },
        { code: 'REQUIRED', field: ['input', 'name'] },
      ],
    });
  });
});

describe('values', () => {
  beforeAll(async () => {
    await defineAttribute(products, { code: 'weight_kg', name: 'Weight', type: 'NUMBER', unit: 'kg' });
    await defineAttribute(products, { code: 'vegan', name: 'Vegan', type: 'BOOLEAN' });
    await defineAttribute(products, { code: 'released', name: 'Released', type: 'DATE' });
    await defineAttribute(products, {
      code: 'size',
      name: 'Size',
      type: 'OPTION',
      options: ['S', 'M'],
    });
  });

  it('are kept in the form of their type and tell what they mean', async () => {
    const { product } = await create({
      attributes: [
        { code: 'weight_kg', value: '12.50' },
        { code: 'vegan', value: 'true' },
        { code: 'released', value: '2028-02-29' },
      ],
      variants: [
        variantInput({ options: [{ code: 'size', value: 'S' }] }),
        variantInput({ options: [{ code: 'size', value: 'M' }] }),
      ],
    });
    expect(product).toMatchObject({
      attributes: [
        {
          code: 'weight_kg',
          value: '12.5',
          number: 12.5,
          definition: { name: 'Weight', type: 'NUMBER' },
        },
        { value: 'true', number: null },
        { value: '2028-02-29' },
      ],
      variants: {
        nodes: [{ options: [{ definition: { code: 'size' }, value: 'S' }] }, { options: [{ value: 'M' }] }],
      },
    });
  });

  it.each([
    ['weight_kg', 'heavy'],
    ['weight_kg', '1e3'],
    ['weight_kg', '--1'],
    ['vegan', 'yes'],
    ['released', '2027-02-29'],
    ['released', 'today'],
    ['size', 'XXL'],
  ])('that are none of the type are refused: %s %s', async (code, value) => {
    const { userErrors } = await create({ attributes: [{ code, value }] });
    expect(userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'attributes', '0', 'value'] }]);
  });

  it('without a definition, and siblings with equal options, are refused', async () => {
    const options = [{ code: 'size', value: 'S' }];
    expect(
      await create({
        attributes: [{ code: 'unheard_of', value: 'x' }],
        variants: [variantInput({ options }), variantInput({ options })],
      }),
    ).toMatchObject({
      userErrors: [
        { code: 'NOT_FOUND', field: ['input', 'attributes', '0', 'code'] },
        { code: 'INVALID', field: ['input', 'variants', '1', 'options'] },
      ],
    });
  });

  it('are told by reference, for other subgraphs', async () => {
    const { data } = await products.ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on AttributeDefinition { name } } }',
      { r: [{ __typename: 'AttributeDefinition', code: 'size' }] },
    );
    expect(data._entities).toEqual([{ name: 'Size' }]);
  });
});

describe('variants', () => {
  const VARIANT = `productVariant { id sku title barcode weightGrams taxCategory version stockStatus
      price(currency: "EUR") { amount } compareAtPrice(currency: "EUR") { amount }
      inventory { onHand lowStockThreshold } product { id priceRange(currency: "EUR") { min { amount } } availableForSale } }
    userErrors { code field }`;
  const CREATE = `mutation ($productId: ID!, $input: ProductVariantInput!) {
    productVariantCreate(productId: $productId, input: $input) { ${VARIANT} }
  }`;
  const UPDATE = `mutation ($id: ID!, $input: ProductVariantUpdateInput!, $version: Int!) {
    productVariantUpdate(id: $id, input: $input, expectedVersion: $version) { ${VARIANT} }
  }`;
  const add = async (productId: string, changes: Readonly<Record<string, unknown>> = {}) =>
    (await products.askAdmin(CREATE, { productId, input: variantInput(changes) })).data.productVariantCreate;
  const update = async (id: string, version: number, input: Readonly<Record<string, unknown>>) =>
    (await products.askAdmin(UPDATE, { id, version, input })).data.productVariantUpdate;

  it('are added to a product with their stock, and move its price range and availability', async () => {
    const { id } = await createDraft(products, { variants: [variantInput({ onHand: 0 })] });
    const added = await add(id, {
      prices: [{ amount: 300, currency: 'EUR' }],
      compareAtPrices: [{ amount: 500, currency: 'EUR' }],
      barcode: '4006381333931',
      weightGrams: 80,
      taxCategory: 'reduced',
      lowStockThreshold: 30,
      onHand: 20,
    });
    expect(added).toMatchObject({
      userErrors: [],
      productVariant: {
        barcode: '4006381333931',
        weightGrams: 80,
        taxCategory: 'reduced',
        version: 1,
        stockStatus: 'LOW_STOCK',
        compareAtPrice: { amount: 500 },
        inventory: { onHand: 20, lowStockThreshold: 30 },
        product: { id, priceRange: { min: { amount: 300 } } },
      },
    });
    const stored = await products.database.collections.products.findOne({ _id: id });
    expect(stored?.inStock).toBe(true);
    const { data } = await products.askAdmin(
      'query ($id: ID!) { stockMovements(variantId: $id) { nodes { type quantity } } }',
      { id: added.productVariant.id },
    );
    expect(data.stockMovements.nodes).toEqual([{ type: 'RECEIPT', quantity: 20 }]);
  });

  it('are changed by whoever read the newest version', async () => {
    const { variants } = await createDraft(products);
    const id = variants[0]?.id ?? '';
    expect(await update(id, 1, { title: 'New', weightGrams: 5, prices: [] })).toMatchObject({
      productVariant: {
        title: 'New',
        weightGrams: 5,
        price: null,
        product: { priceRange: null },
        version: 2,
      },
    });
    expect(await update(id, 2, { weightGrams: null })).toMatchObject({
      productVariant: { title: 'New', weightGrams: null, version: 3 },
    });
    expect(await update(id, 2, { title: 'Old' })).toMatchObject({
      userErrors: [{ code: 'VERSION_MISMATCH', field: ['expectedVersion'] }],
    });
  });

  it('keep their SKUs and options apart', async () => {
    const options = [{ code: 'size', value: 'S' }];
    const { id, variants } = await createDraft(products, { variants: [variantInput({ options })] });
    const [first] = variants;
    expect(await add(id, { sku: first?.sku })).toMatchObject({
      userErrors: [{ code: 'DUPLICATE_SKU', field: ['input', 'sku'] }],
    });
    expect(await add(id, { options })).toMatchObject({
      userErrors: [{ code: 'INVALID', field: ['input', 'options'] }],
    });
    const second = (await add(id)).productVariant;
    expect(await update(second.id, 1, { sku: first?.sku })).toMatchObject({
      userErrors: [{ code: 'DUPLICATE_SKU' }],
    });
    expect(await update(second.id, 1, { options })).toMatchObject({
      userErrors: [{ code: 'INVALID', field: ['input', 'options'] }],
    });
    const sku = variantInput()['sku'];
    const raced = await Promise.all(Array.from({ length: 5 }, () => add(id, { sku })));
    expect(raced.filter(({ productVariant }) => productVariant !== null)).toHaveLength(1);
  });

  it('refuse what is wrong, and belong to a product', async () => {
    const { id, variants } = await createDraft(products);
    expect(
      await add(id, { sku: 'a b', onHand: -1, weightGrams: -1, taxCategory: 'X', barcode: '?', title: '' }),
    ).toMatchObject({
      userErrors: ['sku', 'onHand', 'title', 'taxCategory', 'barcode', 'weightGrams'].map((name) => ({
        field: ['input', name],
      })),
    });
    for (const productId of ['nonsense', 'prd_00000000000000000000000000']) {
      expect(await add(productId)).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    }
    expect(await update('var_00000000000000000000000000', 1, {})).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect(
      await update(variants[0]?.id ?? '', 1, { prices: [{ amount: -1, currency: 'EUR' }], title: null }),
    ).toMatchObject({
      userErrors: [{ field: ['input', 'title'] }, { field: ['input', 'prices', '0', 'amount'] }],
    });
  });

  it('get their stock in the end when the process died before', async () => {
    const { id, variants } = await createDraft(products, { variants: [variantInput({ onHand: 0 })] });
    const { variants: collection, inventory } = products.database.collections;
    const sibling = await collection.findOne({ _id: variants[0]?.id ?? '' });
    if (sibling === null) throw new Error('the product has a variant');
    const orphan = { ...sibling, _id: `${sibling._id}x`, sku: `${sibling.sku}x`, opening: 7 };
    await collection.insertOne({ ...orphan, summaryPending: true });
    await products.service.sweep();
    expect(await inventory.findOne({ _id: orphan._id })).toMatchObject({ onHand: 7, sellable: 7 });
    expect(await products.database.collections.products.findOne({ _id: id })).toMatchObject({
      inStock: true,
    });
  });
});
