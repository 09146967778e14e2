import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userViewer } from '@tributary/testkit';
import {
  createCategory,
  createDraft,
  createOnSale,
  defineAttributes,
  productInput,
  variantInput,
} from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
  await defineAttributes(products, 'a', 'colour', 'language', 'format');
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const CREATE = `mutation ($input: ProductCreateInput!) {
  productCreate(input: $input) {
    product {
      __typename id slug title description brand status version availableForSale createdAt
      category { id } media { url alt width height } attributes { code value }
      priceRange(currency: "EUR") { min { amount decimal } max { amount currency } }
      variants { nodes { id sku title options { code value } stockStatus inventory { onHand reserved available } } }
      ... on DigitalProduct { downloadLimit }
    }
    userErrors { __typename message field code }
  }
}`;
const UPDATE = `mutation ($id: ID!, $input: ProductUpdateInput!, $version: Int!) {
  productUpdate(id: $id, input: $input, expectedVersion: $version) {
    product { title slug description brand version attributes { code value } media { url } category { id } }
    userErrors { field code }
  }
}`;
const PUBLISH = `mutation ($id: ID!, $version: Int!) {
  productPublish(id: $id, expectedVersion: $version) { product { status version } userErrors { field code } }
}`;
const ARCHIVE = `mutation ($id: ID!, $version: Int!) {
  productArchive(id: $id, expectedVersion: $version) { product { status version } userErrors { field code } }
}`;
const SET_PRICES = `mutation ($id: ID!, $prices: [MoneyInput!]!, $version: Int!) {
  productVariantPricesSet(id: $id, prices: $prices, expectedVersion: $version) {
    productVariant { version price(currency: "EUR") { amount } product { priceRange(currency: "EUR") { min { amount } max { amount } } } }
    userErrors { field code }
  }
}`;

const create = (changes: Readonly<Record<string, unknown>>) =>
  products.askAdmin(CREATE, { input: productInput(changes) });
/** The errors of a refused creation. */
const refusal = async (changes: Readonly<Record<string, unknown>>): Promise<unknown> => {
  const { data, errors } = await create(changes);
  expect(errors).toBeUndefined();
  expect(data.productCreate.product).toBeNull();
  return (data.productCreate.userErrors as { code: string; field: string[] }[]).map(({ code, field }) => [
    code,
    field.join('.'),
  ]);
};

describe('productCreate', () => {
  it('makes a draft with all it was given', async () => {
    const category = await createCategory(products);
    const { data, errors } = await create({
      kind: 'DIGITAL',
      title: '  Cafe\u0301  ',
      description: 'two\r\nlines',
      brand: 'Brand',
      categoryId: category.id,
      downloadLimit: 3,
      attributes: [{ code: 'language', value: 'English' }],
      media: [{ url: 'https://pictures.example/a.png', alt: 'a', width: 10, height: 20 }],
      variants: [
        variantInput({ options: [{ code: 'format', value: 'PDF' }], onHand: 5 }),
        variantInput({ prices: [{ amount: 2_550, currency: 'EUR' }], onHand: 0 }),
      ],
    });
    expect(errors).toBeUndefined();
    expect(data.productCreate.userErrors).toEqual([]);
    expect(data.productCreate.product).toMatchObject({
      __typename: 'DigitalProduct',
      title: 'Café',
      description: 'two\nlines',
      brand: 'Brand',
      status: 'DRAFT',
      version: 1,
      availableForSale: false,
      downloadLimit: 3,
      category: { id: category.id },
      attributes: [{ code: 'language', value: 'English' }],
      media: [{ url: 'https://pictures.example/a.png', alt: 'a', width: 10, height: 20 }],
      priceRange: { min: { amount: 1_000, decimal: '10.00' }, max: { amount: 2_550, currency: 'EUR' } },
    });
    expect(data.productCreate.product.variants.nodes).toMatchObject([
      {
        options: [{ code: 'format', value: 'PDF' }],
        stockStatus: 'LOW_STOCK',
        inventory: { onHand: 5, reserved: 0, available: 5 },
      },
      { stockStatus: 'OUT_OF_STOCK', inventory: { onHand: 0 } },
    ]);
  });

  it('names every wrong field at once', async () => {
    expect(
      await refusal({
        slug: 'No Spaces',
        title: ' ',
        description: 'nul\u0000',
        brand: 'x'.repeat(101),
        categoryId: 'cat_unknown',
        downloadLimit: 1,
        attributes: [
          { code: 'colour', value: 'red' },
          { code: 'colour', value: '' },
        ],
        media: [{ url: 'https://a.example/', width: 0 }],
        variants: [
          variantInput({ sku: 'a b', title: '', onHand: -1 }),
          variantInput({ sku: 'twice', prices: [{ amount: -1, currency: 'EUR' }] }),
          variantInput({
            sku: 'twice',
            prices: [
              { amount: 1, currency: 'EUR' },
              { amount: 2, currency: 'EUR' },
            ],
          }),
        ],
      }),
    ).toEqual([
      ['INVALID', 'input.slug'],
      ['REQUIRED', 'input.title'],
      ['INVALID', 'input.description'],
      ['INVALID', 'input.brand'],
      ['INVALID', 'input.attributes.1.code'],
      ['REQUIRED', 'input.attributes.1.value'],
      ['INVALID', 'input.media.0.width'],
      ['INVALID', 'input.downloadLimit'],
      ['INVALID', 'input.variants.0.sku'],
      ['INVALID', 'input.variants.0.onHand'],
      ['REQUIRED', 'input.variants.0.title'],
      ['INVALID', 'input.variants.1.prices.0.amount'],
      ['INVALID', 'input.variants.2.prices.1.currency'],
      ['DUPLICATE_SKU', 'input.variants.2.sku'],
      ['NOT_FOUND', 'input.categoryId'],
    ]);
  });

  it('takes 1 to 100 variants', async () => {
    expect(await refusal({ variants: [] })).toEqual([['REQUIRED', 'input.variants']]);
    expect(await refusal({ variants: Array.from({ length: 101 }, () => variantInput()) })).toEqual([
      ['LIMIT_EXCEEDED', 'input.variants'],
    ]);
    const { variants } = await createDraft(products, {
      variants: Array.from({ length: 100 }, () => variantInput()),
    });
    expect(variants).toHaveLength(50);
  });

  it.each([
    ['a fraction of a cent', { amount: 1.5, currency: 'EUR' }],
    ['more than a safe integer', { amount: 2 ** 53, currency: 'EUR' }],
    ['an unknown currency', { amount: 1, currency: 'XXQ' }],
    ['a currency in lower case', { amount: 1, currency: 'eur' }],
  ])('refuses a price with %s', async (_, price) => {
    const { errors } = await create({ variants: [variantInput({ prices: [price] })] });
    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('leaves nothing behind when a slug or SKU is taken', async () => {
    const taken = await createDraft(products);
    const count = async () => [
      await products.database.collections.products.countDocuments(),
      await products.database.collections.variants.countDocuments(),
      await products.database.collections.inventory.countDocuments(),
    ];
    const before = await count();
    expect(await refusal({ slug: taken.slug })).toEqual([['DUPLICATE_SLUG', 'input.slug']]);
    expect(
      await refusal({ variants: [variantInput(), variantInput({ sku: taken.variants[0]?.sku })] }),
    ).toEqual([['DUPLICATE_SKU', 'input.variants.1.sku']]);
    expect(await count()).toEqual(before);
  });

  it('lets one of many win who create the same slug and SKU at the same time', async () => {
    const input = productInput();
    const answers = await Promise.all(Array.from({ length: 10 }, () => products.askAdmin(CREATE, { input })));
    const payloads = answers.map(({ data }) => data.productCreate);
    expect(payloads.filter(({ product }) => product !== null)).toHaveLength(1);
    const codes = payloads.flatMap(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code));
    expect(codes).toEqual(Array.from({ length: 9 }, () => 'DUPLICATE_SLUG'));
  });
});

describe('productUpdate', () => {
  it('changes what is given, keeps what is not and clears what is null', async () => {
    const category = await createCategory(products);
    const { id } = await createDraft(products, {
      description: 'old',
      brand: 'old',
      categoryId: category.id,
      attributes: [{ code: 'a', value: '1' }],
    });
    const { data } = await products.askAdmin(UPDATE, {
      id,
      version: 1,
      input: { title: 'New title', description: null, categoryId: null, attributes: null },
    });
    expect(data.productUpdate).toMatchObject({
      userErrors: [],
      product: {
        title: 'New title',
        description: null,
        brand: 'old',
        category: null,
        attributes: [],
        version: 2,
      },
    });
  });

  it('refuses null and nonsense where a value is needed', async () => {
    const { id } = await createDraft(products);
    const { data } = await products.askAdmin(UPDATE, {
      id,
      version: 1,
      input: { slug: null, title: '\u0007', categoryId: 'cat_00000000000000000000000000' },
    });
    expect(data.productUpdate.userErrors).toEqual([
      { code: 'REQUIRED', field: ['input', 'slug'] },
      { code: 'INVALID', field: ['input', 'title'] },
      { code: 'NOT_FOUND', field: ['input', 'categoryId'] },
    ]);
  });

  it('lets one of two win who read the same version', async () => {
    const { id } = await createDraft(products);
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((title) => products.askAdmin(UPDATE, { id, version: 1, input: { title } })),
    );
    const errors = answers.flatMap(({ data }) => data.productUpdate.userErrors);
    expect(errors).toEqual(
      Array.from({ length: 3 }, () => ({ code: 'VERSION_MISMATCH', field: ['expectedVersion'] })),
    );
  });

  it('refuses a taken slug, an old version and an unknown id', async () => {
    const other = await createDraft(products);
    const { id } = await createDraft(products);
    const codeOf = async (variables: Readonly<Record<string, unknown>>) =>
      (await products.askAdmin(UPDATE, variables)).data.productUpdate.userErrors[0].code;
    expect(await codeOf({ id, version: 1, input: { slug: other.slug } })).toBe('DUPLICATE_SLUG');
    expect(await codeOf({ id, version: 7, input: { title: 'x' } })).toBe('VERSION_MISMATCH');
    expect(await codeOf({ id: 'nonsense', version: 1, input: { title: 'x' } })).toBe('NOT_FOUND');
    expect(await codeOf({ id: 'prd_00000000000000000000000000', version: 1, input: {} })).toBe('NOT_FOUND');
  });
});

describe('productPublish and productArchive', () => {
  it('puts a product on sale and takes it off again', async () => {
    const { id } = await createDraft(products);
    const query = 'query ($id: ID!) { product(id: $id) { availableForSale status } }';
    expect((await products.ask(query, { id })).data.product).toBeNull();
    expect((await products.askAdmin(PUBLISH, { id, version: 1 })).data.productPublish).toEqual({
      product: { status: 'ACTIVE', version: 2 },
      userErrors: [],
    });
    expect((await products.ask(query, { id })).data.product).toEqual({
      availableForSale: true,
      status: 'ACTIVE',
    });
    expect((await products.askAdmin(PUBLISH, { id, version: 2 })).data.productPublish.product.version).toBe(
      2,
    );
    expect((await products.askAdmin(ARCHIVE, { id, version: 2 })).data.productArchive.product.status).toBe(
      'ARCHIVED',
    );
    expect((await products.ask(query, { id })).data.product).toBeNull();
    expect((await products.askAdmin(query, { id })).data.product).toEqual({
      availableForSale: false,
      status: 'ARCHIVED',
    });
  });

  it('does not publish what has no price, or another version', async () => {
    const { id } = await createDraft(products, { variants: [variantInput({ prices: [] })] });
    const { data } = await products.askAdmin(PUBLISH, { id, version: 1 });
    expect(data.productPublish).toEqual({
      product: null,
      userErrors: [{ code: 'NOT_PUBLISHABLE', field: ['id'] }],
    });
    const other = await products.askAdmin(ARCHIVE, { id, version: 2 });
    expect(other.data.productArchive.userErrors[0].code).toBe('VERSION_MISMATCH');
    const unknown = await products.askAdmin(PUBLISH, { id: 'prd_', version: 1 });
    expect(unknown.data.productPublish.userErrors[0].code).toBe('NOT_FOUND');
  });
});

describe('productVariantPricesSet', () => {
  it('replaces all prices and moves the price range', async () => {
    const { variants } = await createOnSale(products, { variants: [variantInput(), variantInput()] });
    const { data } = await products.askAdmin(SET_PRICES, {
      id: variants[1]?.id,
      version: 1,
      prices: [
        { amount: 0, currency: 'EUR' },
        { amount: 5, currency: 'JPY' },
      ],
    });
    expect(data.productVariantPricesSet).toEqual({
      userErrors: [],
      productVariant: {
        version: 2,
        price: { amount: 0 },
        product: { priceRange: { min: { amount: 0 }, max: { amount: 1_000 } } },
      },
    });
  });

  it('keeps the price range right when variants are repriced at the same time', async () => {
    const { id, variants } = await createOnSale(products, {
      variants: Array.from({ length: 8 }, () => variantInput()),
    });
    await Promise.all(
      variants.map((variant, index) =>
        products.askAdmin(SET_PRICES, {
          id: variant.id,
          version: 1,
          prices: [{ amount: 500 + index, currency: 'EUR' }],
        }),
      ),
    );
    const { data } = await products.ask(
      'query ($id: ID!) { product(id: $id) { priceRange(currency: "EUR") { min { amount } max { amount } } } }',
      { id },
    );
    expect(data.product.priceRange).toEqual({ min: { amount: 500 }, max: { amount: 507 } });
  });

  it('refuses an old version, an unknown variant and wrong prices', async () => {
    const { variants } = await createDraft(products);
    const id = variants[0]?.id;
    const codeOf = async (variables: Readonly<Record<string, unknown>>) =>
      (await products.askAdmin(SET_PRICES, variables)).data.productVariantPricesSet.userErrors[0].code;
    expect(await codeOf({ id, version: 9, prices: [] })).toBe('VERSION_MISMATCH');
    expect(await codeOf({ id: 'var_x', version: 1, prices: [] })).toBe('NOT_FOUND');
    expect(await codeOf({ id, version: 1, prices: [{ amount: -1, currency: 'EUR' }] })).toBe('INVALID');
  });
});

describe('catalogue changes', () => {
  const input = productInput();
  const id = 'prd_00000000000000000000000000';
  it.each([
    ['productCreate', CREATE, { input }],
    ['productUpdate', UPDATE, { id, version: 1, input: {} }],
    ['productPublish', PUBLISH, { id, version: 1 }],
    ['productArchive', ARCHIVE, { id, version: 1 }],
    ['productVariantPricesSet', SET_PRICES, { id, version: 1, prices: [] }],
    [
      'categoryCreate',
      'mutation { categoryCreate(input: { slug: "x", name: "x" }) { category { id } } }',
      {},
    ],
  ])('%s needs the scope catalog:write', async (_, mutation, variables) => {
    const anonymous = await products.ask(mutation, variables);
    expect(anonymous.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    const buyer = await products.askAs(userViewer('usr_1', ['inventory:write']))(mutation, variables);
    expect(buyer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });
});
