import type { PaymentsContext } from '../context.ts';
import { lineItemId } from '../domain/ids.ts';
import type { LineItem } from '../domain/model.ts';
import { findLine } from './find.ts';

export const lineItem = {
  __resolveReference: ({ id }: { readonly id: string }, context: PaymentsContext) => findLine(context, id),
  id: ({ id }: LineItem) => lineItemId.fromUuid(id),
  variant: ({ variantId }: LineItem) => ({ __typename: 'ProductVariant', id: variantId }),
  product: ({ productId }: LineItem) => ({ __typename: 'Product', id: productId }),
};
