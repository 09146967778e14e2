import { describe, expect, it } from '@jest/globals';
import { createOperationReader } from './operation-reader.ts';

const KEY = '# Names\nquery Names{products{name}}';
const NAMES = { Query: { fieldNames: ['products'] }, Product: { fieldNames: ['name'] } };

describe('createOperationReader', () => {
  it('makes one thing of what is sent again, and keeps apart what names other fields', () => {
    const reader = createOperationReader();
    const first = reader.read(KEY, NAMES);
    const again = reader.read(KEY, structuredClone(NAMES));
    const renamed = reader.read(KEY, { Query: { fieldNames: ['products'] }, Item: { fieldNames: ['name'] } });

    expect(first).toMatchObject({ name: 'Names', fields: ['Product.name', 'Query.products'] });
    expect(again).toBe(first);
    expect(renamed).toMatchObject({ id: first?.id, fields: ['Item.name', 'Query.products'] });
    expect(reader.read(KEY, NAMES)).toBe(first);
  });

  it('never lets what one reporter sends stand for what another sends', () => {
    const reader = createOperationReader();
    // Run together with its fields, this is the same text as the true operation with its own; alone it is no operation.
    const forged = reader.read(`${KEY}Product.name,Query.products`, {});

    expect(forged).toBeUndefined();
    expect(reader.read(KEY, NAMES)?.fields).toEqual(['Product.name', 'Query.products']);
    expect(reader.read(KEY, {})?.fields).toEqual([]);
    expect(reader.read(KEY, { Query: {} })?.fields).toEqual([]);
  });

  it('makes nothing of what is no operation that ran', () => {
    const reader = createOperationReader();

    for (const key of ['', '# -\n', '# A\nnot graphql {', '# A\ntype T { a: Int }', 'query A{a}'])
      expect(reader.read(key, NAMES)).toBeUndefined();
  });
});
