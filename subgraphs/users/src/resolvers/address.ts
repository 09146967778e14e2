import { addressIds } from '../domain/ids.ts';
import type { Address } from '../store/address-store.ts';

export const addressResolvers = {
  id: (address: Address) => addressIds.fromUuid(address.id),
};
