import type { VersionStore } from '../version-store.ts';
import type { Collections } from './database.ts';

export function createMongoVersionStore({ products, variants, inventory }: Collections): VersionStore {
  /** Each counts its own kind of writes up. */
  const productProjection = { version: 1, summaryVersion: 1, ratingVersion: 1, pathVersion: 1 } as const;
  return {
    variantVersions: async (ids) => {
      const [rows, levels] = await Promise.all([
        variants.find({ _id: { $in: [...ids] } }, { projection: { version: 1, productId: 1 } }).toArray(),
        inventory.find({ _id: { $in: [...ids] } }, { projection: { version: 1 } }).toArray(),
      ]);
      const productIds = [...new Set(rows.map(({ productId }) => productId))];
      const owners = await products
        .find({ _id: { $in: productIds } }, { projection: { version: 1 } })
        .toArray();
      const versions = new Map([...levels, ...owners].map(({ _id, version }) => [_id, version]));
      return new Map(
        rows.map(({ _id, version, productId }) => [
          _id,
          [version, versions.get(_id) ?? 0, versions.get(productId) ?? 0].join('.'),
        ]),
      );
    },
    productVersions: async (ids) => {
      const [rows, variantRows] = await Promise.all([
        products.find({ _id: { $in: [...ids] } }, { projection: productProjection }).toArray(),
        variants
          .find({ productId: { $in: [...ids] } }, { projection: { productId: 1, version: 1 } })
          .sort({ productId: 1, _id: 1 })
          .toArray(),
      ]);
      const ofVariants = new Map<string, string>();
      for (const { _id, productId, version } of variantRows)
        ofVariants.set(productId, `${ofVariants.get(productId) ?? ''} ${_id}.${version}`);
      return new Map(
        rows.map(({ _id, version, summaryVersion, ratingVersion, pathVersion }) => [
          _id,
          [version, summaryVersion, ratingVersion, pathVersion, ofVariants.get(_id) ?? ''].join('.'),
        ]),
      );
    },
  };
}
