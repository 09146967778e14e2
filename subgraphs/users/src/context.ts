import type { Viewer } from '@tributary/service-kit';
import { hasScope, isSelf, loadManyByKey, loadOneByKey, type SubgraphContext } from '@tributary/subgraph-kit';
import { userIds } from './domain/ids.ts';
import type { Address } from './store/address-store.ts';
import type { DataExport } from './store/data-export-store.ts';
import type { MfaStatus } from './store/mfa-store.ts';
import type { Passkey } from './store/passkey-store.ts';
import type { LiveSession } from './store/session-store.ts';
import type { Stores } from './store/stores.ts';
import type { User, UserGrants } from './store/user-store.ts';

/** Keys are UUIDs; each loader asks the store once for everything wanted at the same time. */
export interface Loaders {
  readonly user: ReturnType<typeof loadOneByKey<User>>;
  readonly grants: ReturnType<typeof loadOneByKey<UserGrants>>;
  readonly addresses: ReturnType<typeof loadManyByKey<Address>>;
  /** Of users that have a second factor, or began to have one. */
  readonly mfa: ReturnType<typeof loadOneByKey<MfaStatus>>;
  /** By user, the oldest first. */
  readonly passkeys: ReturnType<typeof loadManyByKey<Passkey>>;
  /** The newest, by user. */
  readonly dataExport: ReturnType<typeof loadOneByKey<DataExport>>;
  /** Those that have not ended, by user. */
  readonly sessions: ReturnType<typeof loadManyByKey<LiveSession>>;
}

/** Where a request comes from, as far as the gateway says: with mutations only. */
export interface Client {
  /** For limits; undefined when nothing is known, and then there are none. */
  readonly network: string | undefined;
  /** As the owner of a session is shown it. */
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** Of the page that asks; browsers alone say it, and pages cannot make it up. */
  readonly origin: string | undefined;
  /** From its cookie. */
  readonly refreshToken: string | undefined;
}

/** What lives as long as one request. */
export interface UsersContext extends SubgraphContext {
  readonly client: Client;
  readonly loaders: Loaders;
  /** Has the client keep a cookie: a value of `Set-Cookie`. */
  setCookie(cookie: string): void;
  /** Whether the caller may see more of this user than the public name. */
  maySeePrivate(user: User): boolean;
  /** The caller gave this user's password in this very request: the answer may show them their own account. */
  recognize(user: User): void;
  /** A write makes what was loaded before it old; later fields of the request must see the new state. */
  forgetLoaded(): void;
}

export function createContext(
  viewer: Viewer,
  client: Client,
  {
    stores,
    setCookie,
    now,
  }: Pick<UsersContext, 'setCookie'> & { readonly stores: Stores; readonly now: () => Date },
): UsersContext {
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
    mfa: loadOneByKey(
      (ids) => stores.mfa.findStatus(ids),
      (status) => status.userId,
    ),
    passkeys: loadManyByKey(
      (ids) => stores.passkeys.findByUsers(ids),
      (passkey) => passkey.userId,
    ),
    dataExport: loadOneByKey(
      (ids) => stores.dataExports.findNewest(ids),
      ({ userId }) => userId,
    ),
    sessions: loadManyByKey(
      (ids) => stores.sessions.findLive(ids, now()),
      (session) => session.userId,
    ),
  };
  return {
    viewer,
    client,
    loaders,
    setCookie,
    maySeePrivate: (user) =>
      recognized.has(user.id) || isSelf(viewer, userIds.fromUuid(user.id)) || hasScope(viewer, 'users:read'),
    recognize: (user) => {
      recognized.add(user.id);
    },
    forgetLoaded: () => {
      loaders.user.clearAll();
      loaders.grants.clearAll();
      loaders.addresses.clearAll();
      loaders.mfa.clearAll();
      loaders.passkeys.clearAll();
      loaders.dataExport.clearAll();
      loaders.sessions.clearAll();
    },
  };
}
