import { newUuid } from '@tributary/subgraph-kit';

/** Goes into every write that changes what others are told of a product; different each time. */
export const untold = (): { readonly untold: string } => ({ untold: newUuid() });
