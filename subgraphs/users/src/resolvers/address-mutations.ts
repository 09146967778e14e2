import { newUuid, requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import {
  MAX_ADDRESSES_PER_USER,
  readAddress,
  type AddressInput,
  type AddressKind,
} from '../domain/address.ts';
import { addressIds, userIds } from '../domain/ids.ts';
import { accountInputError, type AccountInputError } from '../domain/user-errors.ts';
import type { Address } from '../store/address-store.ts';
import type { Services } from './services.ts';

export function addressMutations({ stores: { addresses }, now }: Services) {
  return {
    addressCreate: async (_: unknown, { input }: { input: AddressInput }, { viewer }: UsersContext) => {
      const userId = userIds.toUuid(requireUser(viewer).id);
      const read = readAddress(input);
      if ('problems' in read) return refused(read.problems);
      if (userId === undefined) return refused([noSuchAccount()]);
      const created = await addresses.create(
        { id: newUuid(), userId, address: read.address, createdAt: now() },
        MAX_ADDRESSES_PER_USER,
      );
      if (created === 'NOT_FOUND') return refused([noSuchAccount()]);
      return created === 'LIMIT_EXCEEDED' ? refused([tooMany()]) : { address: created, userErrors: [] };
    },

    /** Replaces the whole address: an optional line that is left out is empty afterwards. */
    addressUpdate: async (
      _: unknown,
      { id, input, expectedVersion }: { id: string; input: AddressInput; expectedVersion?: number | null },
      { viewer }: UsersContext,
    ) => {
      const owned = ownedAddress(viewer, id);
      const read = readAddress(input);
      if ('problems' in read) return refused(read.problems);
      const { address } = read;
      const updated =
        owned &&
        (await addresses.update({ ...owned, address, expectedVersion: expectedVersion ?? undefined }));
      return updated === 'VERSION_MISMATCH' ? refused([versionMismatch()]) : answer(updated);
    },

    addressDelete: async (_: unknown, { id }: { id: string }, { viewer }: UsersContext) => {
      const owned = ownedAddress(viewer, id);
      const result = owned && (await addresses.delete(owned.id, owned.userId));
      if (result !== 'DELETED') return { deletedId: null, userErrors: [noSuchAddress()] };
      return { deletedId: id, userErrors: [] };
    },

    addressSetDefault: async (
      _: unknown,
      { id, kind }: { id: string; kind: AddressKind },
      { viewer }: UsersContext,
    ) => {
      const owned = ownedAddress(viewer, id);
      return answer(owned && (await addresses.setDefault(owned.id, owned.userId, kind)));
    },
  };
}

/** The address's and the caller's UUIDs; undefined when one of the ids cannot exist. */
function ownedAddress(
  viewer: UsersContext['viewer'],
  addressId: string,
): { id: string; userId: string } | undefined {
  const userId = userIds.toUuid(requireUser(viewer).id);
  const id = addressIds.toUuid(addressId);
  return id === undefined || userId === undefined ? undefined : { id, userId };
}

function answer(address: Address | 'NOT_FOUND' | undefined) {
  if (address === undefined || address === 'NOT_FOUND') return refused([noSuchAddress()]);
  return { address, userErrors: [] };
}

const refused = (userErrors: readonly AccountInputError[]) => ({ address: null, userErrors });

const noSuchAddress = (): AccountInputError =>
  accountInputError('NOT_FOUND', ['id'], 'There is no such address in your account.');

const versionMismatch = (): AccountInputError =>
  accountInputError(
    'VERSION_MISMATCH',
    ['expectedVersion'],
    'The address was changed elsewhere. Load it again, then repeat the change.',
  );

const noSuchAccount = (): AccountInputError =>
  accountInputError('NOT_FOUND', null, 'This account no longer exists.');

const tooMany = (): AccountInputError =>
  accountInputError(
    'LIMIT_EXCEEDED',
    null,
    `An account keeps at most ${MAX_ADDRESSES_PER_USER} addresses. Delete one first.`,
  );
