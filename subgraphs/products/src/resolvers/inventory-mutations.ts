import { requireScope } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import { catalogError, collectProblems } from '../domain/catalog-error.ts';
import { variantIds } from '../domain/ids.ts';
import { readAdjustmentInput, type InventoryAdjustInput } from '../domain/read-adjustment-input.ts';
import { adjustStock } from '../stock/adjust-stock.ts';
import type { ResolverDeps } from './deps.ts';
import { insufficientStock, keyReused } from './stock-errors.ts';

export function createInventoryMutations({ store, now }: ResolverDeps) {
  return {
    inventoryAdjust: async (
      _: unknown,
      { input }: { input: InventoryAdjustInput },
      context: ProductsContext,
    ) => {
      const { viewer, loaders } = context;
      requireScope(viewer, 'inventory:write');
      const id = input.variantId;
      const variant = variantIds.toUuid(id) === undefined ? null : await loaders.variant.load(id);
      if (variant === null || (await loaders.product.load(variant.productId)) === null) {
        return failed(catalogError('NOT_FOUND', ['input', 'variantId'], 'There is no such variant.'));
      }
      const problems = collectProblems();
      const adjustment = readAdjustmentInput(problems, input);
      if (problems.list.length > 0) return failed(...problems.list);
      const actorId = viewer.kind === 'anonymous' ? null : viewer.id;
      const outcome = await adjustStock({ store, now }, adjustment, actorId);
      context.forgetLoaded();
      switch (outcome.kind) {
        case 'applied':
          return { productVariant: variant, userErrors: [] };
        case 'refused':
          return input.delta < 0
            ? failed(insufficientStock(['input', 'delta'], variant, -input.delta, outcome.available))
            : failed(
                catalogError(
                  'LIMIT_EXCEEDED',
                  ['input', 'delta'],
                  'More would be on hand than can be counted.',
                ),
              );
        case 'key-reused':
          return failed(keyReused(['input', 'idempotencyKey']));
        default:
          return outcome satisfies never;
      }
    },
  };
}

const failed = (...userErrors: readonly object[]) => ({ productVariant: null, userErrors });
