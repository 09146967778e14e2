/** What only products of one kind have. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOnSale, productInput } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const FIELDS = `... on PhysicalProduct { shippingClass countryOfOrigin }
  ... on DigitalProduct { downloadLimit licenseTermDays }`;
const PAYLOAD = `product { id version ${FIELDS} } userErrors { code field }`;

const create = async (input: Readonly<Record<string, unknown>>) =>
  products.askAdmin(
    `mutation ($input: ProductCreateInput!) { productCreate(input: $input) { ${PAYLOAD} } }`,
    {
      input: productInput(input),
    },
  );

const update = async (id: string, version: number, input: Readonly<Record<string, unknown>>) =>
  (
    await products.askAdmin(
      `mutation ($id: ID!, $version: Int!, $input: ProductUpdateInput!) {
        productUpdate(id: $id, input: $input, expectedVersion: $version) { ${PAYLOAD} }
      }`,
      { id, version, input },
    )
  ).data.productUpdate as unknown;

describe('a physical product', () => {
  it('has a shipping class and a country of origin, which can be changed and taken away', async () => {
    const { data } = await create({ shippingClass: 'bulky', countryOfOrigin: 'pt' });
    const { product, userErrors } = data.productCreate;
    expect(userErrors).toEqual([]);
    expect(product).toMatchObject({ shippingClass: 'bulky', countryOfOrigin: 'PT' });
    expect(await update(product.id, 1, { shippingClass: 'parcel' })).toMatchObject({
      product: { shippingClass: 'parcel', countryOfOrigin: 'PT', version: 2 },
    });
    expect(await update(product.id, 2, { shippingClass: null, countryOfOrigin: null })).toMatchObject({
      product: { shippingClass: null, countryOfOrigin: null },
    });
  });

  it('has none of what is for downloads', async () => {
    const wrong = { downloadLimit: 3, licenseTermDays: 30 };
    const userErrors = ['downloadLimit', 'licenseTermDays'].map((field) => ({
      code: 'INVALID',
      field: ['input', field],
    }));
    expect((await create(wrong)).data.productCreate).toEqual({ product: null, userErrors });
    const { id, version } = await createOnSale(products);
    expect(await update(id, version, wrong)).toEqual({ product: null, userErrors });
  });

  it('is refused with a class of other letters and a country that is none', async () => {
    expect((await create({ shippingClass: 'By Sea!' })).data.productCreate.userErrors).toEqual([
      { code: 'INVALID', field: ['input', 'shippingClass'] },
    ]);
    expect((await create({ countryOfOrigin: 'XX' })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

describe('a digital product', () => {
  it('has a number of downloads and a term, which can be changed and taken away', async () => {
    const { data } = await create({ kind: 'DIGITAL', downloadLimit: 3, licenseTermDays: 365 });
    const { product } = data.productCreate;
    expect(product).toMatchObject({ downloadLimit: 3, licenseTermDays: 365 });
    expect(await update(product.id, 1, { downloadLimit: 5, licenseTermDays: null })).toMatchObject({
      product: { downloadLimit: 5, licenseTermDays: null },
    });
  });

  it('is refused with what is shipped, and with less than one day or download', async () => {
    const { data } = await create({
      kind: 'DIGITAL',
      shippingClass: 'parcel',
      countryOfOrigin: 'DE',
      downloadLimit: 0,
      licenseTermDays: -1,
    });
    expect(data.productCreate.userErrors).toEqual(
      ['shippingClass', 'countryOfOrigin', 'downloadLimit', 'licenseTermDays'].map((field) => ({
        code: 'INVALID',
        field: ['input', field],
      })),
    );
  });
});
