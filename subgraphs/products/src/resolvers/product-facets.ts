import { BadUserInputError } from '@tributary/service-kit';
import type { ProductsContext } from '../context.ts';
import type { AttributeDefinition } from '../domain/attribute-definition.ts';
import type { ProductFilter } from '../domain/product-query.ts';
import type { CatalogStore, FacetCount } from '../store/catalog-store.ts';
import { loadDefinitions } from './load-definitions.ts';

/** Buckets of one attribute; rarer values are left out. */
const MAX_BUCKETS = 50;

/** @throws BadUserInputError for an attribute that lists cannot be narrowed by. */
export async function checkAttributeFilters(
  { attributes }: ProductFilter,
  context: ProductsContext,
): Promise<void> {
  const definitions = await loadDefinitions(
    attributes.map(({ code }) => code),
    context,
  );
  for (const { code, min, max } of attributes) {
    const definition = definitions.get(code);
    if (definition?.filterable !== true)
      throw new BadUserInputError(`Lists cannot be narrowed by "${code}".`);
    if ((min !== undefined || max !== undefined) && definition.type !== 'NUMBER') {
      throw new BadUserInputError(`"${code}" is no number: give the values it may have with "in".`);
    }
  }
}

/** The attributes in name order; of each the options in their own order, other values most frequent first. */
export async function findFacets(catalog: CatalogStore, filter: ProductFilter) {
  const [counts, definitions] = await Promise.all([catalog.countFacets(filter), catalog.attributes()]);
  return definitions
    .filter(({ filterable }) => filterable)
    .map((definition) => ({
      definition,
      buckets: inOrder(
        definition,
        counts.filter(({ code }) => code === definition.code),
      )
        .slice(0, MAX_BUCKETS)
        .map(({ value, count }) => ({ value, label: labelOf(definition, value), count })),
    }))
    .filter(({ buckets }) => buckets.length > 0);
}

function inOrder(
  { type, options }: AttributeDefinition,
  counts: readonly FacetCount[],
): readonly FacetCount[] {
  if (type === 'OPTION')
    return [...counts].sort((a, b) => options.indexOf(a.value) - options.indexOf(b.value));
  return counts;
}

const labelOf = ({ unit }: AttributeDefinition, value: string): string =>
  unit === null ? value : `${value} ${unit}`;
