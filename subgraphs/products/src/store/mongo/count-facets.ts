import type { ProductFilter } from '../../domain/product-query.ts';
import type { FacetCount } from '../catalog-store.ts';
import type { Collections } from './database.ts';
import { toMongoFilter } from './product-filter.ts';

/** More values than anybody looks through. */
const MAX_VALUES = 1_000;

/** One pass for all attributes that are not narrowed by, and one for each that is. */
export async function countFacets(
  collections: Collections,
  filter: ProductFilter,
): Promise<readonly FacetCount[]> {
  const narrowed = [...new Set(filter.attributes.map(({ code }) => code))];
  const [others, ...own] = await Promise.all([
    countValues(collections, filter),
    ...narrowed.map((code) =>
      countValues(collections, {
        ...filter,
        attributes: filter.attributes.filter((condition) => condition.code !== code),
      }),
    ),
  ]);
  return [
    ...others.filter(({ code }) => !narrowed.includes(code)),
    ...own.flatMap((counts, index) => counts.filter(({ code }) => code === narrowed[index])),
  ];
}

async function countValues({ products }: Collections, filter: ProductFilter): Promise<readonly FacetCount[]> {
  const rows = await products
    .aggregate<{ _id: string; count: number }>([
      { $match: toMongoFilter(filter) },
      { $project: { facets: 1 } },
      { $unwind: '$facets' },
      { $group: { _id: '$facets', count: { $sum: 1 } } },
      { $sort: { count: -1, _id: 1 } },
      { $limit: MAX_VALUES },
    ])
    .toArray();
  return rows.map(({ _id, count }) => {
    const split = _id.indexOf('=');
    return { code: _id.slice(0, split), value: _id.slice(split + 1), count };
  });
}
