import type { DomainEvent } from '@tributary/subgraph-kit/events';
import type { ProductsStore } from './store/products-store.ts';

/** What becomes of a person's account changes what is shown below their reviews. Repeated, it does nothing. */
export async function handleUserEvent(
  { type, subject, sequence, data }: DomainEvent,
  { authors, personalData }: Pick<ProductsStore, 'authors' | 'personalData'>,
): Promise<void> {
  if (type === 'user.erased') {
    await authors.forget(subject);
    await personalData.erase(subject);
    return;
  }
  const { displayName } = data;
  if (typeof displayName === 'string') await authors.keepName(subject, displayName, Number(sequence));
}
