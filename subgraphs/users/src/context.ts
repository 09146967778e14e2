import type { Viewer } from '@tributary/service-kit';
import { hasScope, isSelf, loadManyByKey, loadOneByKey, type SubgraphContext } from '@tributary/subgraph-kit';
import { userIds } from './domain/ids.ts';
import type { Address } from './store/address-store.ts';
import type { Stores } from './store/stores.ts';
import type { User, UserGrants } from './store/user-store.ts';

/** Keys are UUIDs; each loader asks the store once for everything wanted at the same time. */
export interface Loaders {
  readonly user: ReturnType<typeof loadOneByKey<User>>;
  readonly grants: ReturnType<typeof loadOneByKey<UserGrants>>;
  readonly addresses: ReturnType<typeof loadManyByKey<Address>>;
}

/** Where a request comes from, as far as the gateway says: with mutations only. */
export interface Client {
  /** For limits; undefined when nothing is known, and then there are none. */
  readonly network: string | undefined;
}

/** What lives as long as one request. */
export interface UsersContext extends SubgraphContext {
  readonly client: Client;
  readonly loaders: Loaders;
  /** Whether the caller may see more of this user than the public name. */
  maySeePrivate(user: User): boolean;
  /** The caller gave this user's password in this very request: the answer may show them their own account. */
  recognize(user: User): void;
  /** A write makes what was loaded before it old; later fields of the request must see the new state. */
  forgetLoaded(): void;
}

export function createContext(viewer: Viewer, client: Client, stores: Stores): UsersContext {
  const recognized = new Set<string>();
  const loaders: Loaders = {
    user: loadOneByKey(
      (ids) => stores.users.findByIds(ids),
      (user) => user.id,
    ),
    grants: loadOneByKey(
      (ids) => stores.users.findGrants(ids),
      (grants) => grants.userId,
    ),
    addresses: loadManyByKey(
      (ids) => stores.addresses.findByUsers(ids),
      (address) => address.userId,
    ),
  };
  return {
    viewer,
    client,
    loaders,
    maySeePrivate: (user) =>
      recognized.has(user.id) || isSelf(viewer, userIds.fromUuid(user.id)) || hasScope(viewer, 'users:read'),
    recognize: (user) => {
      recognized.add(user.id);
    },
    forgetLoaded: () => {
      loaders.user.clearAll();
      loaders.grants.clearAll();
      loaders.addresses.clearAll();
    },
  };
}
