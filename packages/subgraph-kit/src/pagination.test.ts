import { describe, expect, it } from '@jest/globals';
import { encodeCursor, readPage, toConnection, type PageArguments } from './pagination.ts';

describe('page arguments', () => {
  it('take the default size without any', () => {
    expect(readPage({}, 'created', 25)).toEqual({ size: 25, backward: false, values: undefined });
  });

  it('read backward with last, even beside the default of first', () => {
    expect(readPage({ first: 25, last: 5 }, 'created', 25)).toMatchObject({ size: 5, backward: true });
  });

  it('give back what a cursor of this order holds', () => {
    const after = encodeCursor('created', ['2026-01-01', 7, null]);

    expect(readPage({ after }, 'created', 25).values).toEqual(['2026-01-01', 7, null]);
  });

  it.each<[string, PageArguments]>([
    ['an empty page', { first: 0 }],
    ['a negative page', { last: -1 }],
    ['a huge page', { first: 101 }],
    ['after with last', { last: 5, after: encodeCursor('created', [1]) }],
    ['before with after', { first: 5, before: 'x', after: 'y' }],
  ])('refuse %s', (_what, args) => {
    expect(() => readPage(args, 'created', 25)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });

  it.each([
    ['another order', encodeCursor('price', [1])],
    ['nothing we made', 'not-a-cursor'],
    ['an object in place of a value', Buffer.from('["created",{"$gt":""}]').toString('base64url')],
    ['the empty string', ''],
  ])('refuse a cursor of %s', (_what, after) => {
    expect(() => readPage({ after }, 'created', 25)).toThrow(
      expect.objectContaining({ code: 'INVALID_CURSOR' }),
    );
  });
});

describe('connection', () => {
  const cursorOf = (n: number) => [n];

  it('knows from one extra row that more follow', () => {
    const page = readPage({ first: 2 }, 'n', 2);

    const connection = toConnection([1, 2, 3], page, 'n', cursorOf);

    expect(connection.nodes).toEqual([1, 2]);
    expect(connection.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: encodeCursor('n', [1]),
      endCursor: encodeCursor('n', [2]),
    });
  });

  it('shows rows read backward in the order of the list', () => {
    const page = readPage({ last: 2, before: encodeCursor('n', [9]) }, 'n', 2);

    const connection = toConnection([8, 7, 6], page, 'n', cursorOf);

    expect(connection.nodes).toEqual([7, 8]);
    expect(connection.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  it('is empty without rows', () => {
    const { edges, pageInfo } = toConnection<number>([], readPage({}, 'n', 2), 'n', cursorOf);

    expect(edges).toEqual([]);
    expect(pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });
});
