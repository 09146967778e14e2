import { typedId } from '@tributary/subgraph-kit';

export const productIds = typedId('prd');
export const variantIds = typedId('var');
export const categoryIds = typedId('cat');
export const reviewIds = typedId('rev');
