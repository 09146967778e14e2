import type { PaymentsContext } from '../context.ts';
import { isPrintable } from '../domain/text.ts';

interface ProductReference {
  readonly id: string;
}

/** Another team's entity interface: one field for every kind of product, without knowing the kinds. */
export const product = {
  __resolveReference: ({ id }: ProductReference) => (isPrintable(id) ? { __typename: 'Product', id } : null),
  purchasedByViewer: ({ id }: ProductReference, _: unknown, { viewer, loaders }: PaymentsContext) =>
    viewer.kind === 'user' ? loaders.purchased(viewer.id, id) : null,
};
