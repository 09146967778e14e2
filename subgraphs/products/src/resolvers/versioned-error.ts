import { catalogError, type CatalogInputError } from '../domain/catalog-error.ts';
import type { Versioned } from '../store/catalog-store.ts';

/** Arguments of a change that is made only if nobody made another one since the caller read. */
export interface VersionedArguments {
  readonly id: string;
  readonly expectedVersion: number;
}

const DUPLICATES = {
  product: () => catalogError('DUPLICATE_SLUG', ['input', 'slug'], 'Another product has this slug.'),
  variant: () => catalogError('DUPLICATE_SKU', ['input', 'sku'], 'Another variant has this SKU.'),
  category: () => catalogError('DUPLICATE_SLUG', ['input', 'slug'], 'Another category has this slug.'),
} as const;

/** Why a change was not made, as it is returned. */
export function versionedError(
  outcome: Exclude<Versioned<never>, { kind: 'updated' }>,
  thing: keyof typeof DUPLICATES,
): CatalogInputError {
  switch (outcome.kind) {
    case 'not-found':
      return catalogError('NOT_FOUND', ['id'], `There is no such ${thing}.`);
    case 'version-mismatch':
      return catalogError(
        'VERSION_MISMATCH',
        ['expectedVersion'],
        `The ${thing} was changed meanwhile. Read it again.`,
      );
    case 'duplicate':
      return DUPLICATES[thing]();
    default:
      return outcome satisfies never;
  }
}
