import type { AddressKind, PostalAddress } from '../domain/address.ts';

export interface Address extends PostalAddress {
  /** UUID. */
  readonly id: string;
  readonly userId: string;
  readonly isDefaultShipping: boolean;
  readonly isDefaultBilling: boolean;
  readonly version: number;
}

export interface NewAddress {
  readonly id: string;
  readonly userId: string;
  readonly address: PostalAddress;
  readonly createdAt: Date;
}

export interface AddressUpdate {
  readonly id: string;
  readonly userId: string;
  readonly address: PostalAddress;
  /** Undefined: whatever the version is. */
  readonly expectedVersion: number | undefined;
}

/** An address of somebody else is NOT_FOUND, as if it did not exist. */
export interface AddressStore {
  /** Oldest first. */
  findByUsers(userIds: readonly string[]): Promise<readonly Address[]>;
  /** The first address of a user becomes the default of both kinds. NOT_FOUND: there is no such user. */
  create(address: NewAddress, maxPerUser: number): Promise<Address | 'NOT_FOUND' | 'LIMIT_EXCEEDED'>;
  update(update: AddressUpdate): Promise<Address | 'NOT_FOUND' | 'VERSION_MISMATCH'>;
  /** What the address was the default for passes to the oldest one left. */
  delete(id: string, userId: string): Promise<'DELETED' | 'NOT_FOUND'>;
  setDefault(id: string, userId: string, kind: AddressKind): Promise<Address | 'NOT_FOUND'>;
}
