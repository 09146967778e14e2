import type { UsersContext } from '../context.ts';
import { userIds } from '../domain/ids.ts';
import { NO_GRANTS, type Grants } from '../domain/roles.ts';
import type { Address } from '../store/address-store.ts';
import type { MfaStatus } from '../store/mfa-store.ts';
import type { User } from '../store/user-store.ts';
import { findUser } from './find-user.ts';
import { toErasure } from './erasure-mutations.ts';

type Resolver<T> = (user: User, args: unknown, context: UsersContext) => T | Promise<T>;

/** Null unless the caller may see it. */
const onlyIfPrivate =
  <T>(resolve: (user: User, context: UsersContext) => T | Promise<T>): Resolver<T | null> =>
  (user, _args, context) =>
    context.maySeePrivate(user) ? resolve(user, context) : null;

export const userResolvers = {
  __resolveReference: ({ id }: { id?: unknown }, context: UsersContext) => findUser(id, context),
  id: (user: User) => userIds.fromUuid(user.id),
  email: onlyIfPrivate((user) => (user.erasedAt === null ? user.email : null)),
  emailVerified: onlyIfPrivate((user) => user.emailVerifiedAt !== null),
  givenName: onlyIfPrivate((user) => user.givenName),
  familyName: onlyIfPrivate((user) => user.familyName),
  phone: onlyIfPrivate((user) => user.phone),
  locale: onlyIfPrivate((user) => user.locale),
  roles: onlyIfPrivate(async (user, context) => (await findGrants(user, context)).roles),
  scopes: onlyIfPrivate(async (user, context) => (await findGrants(user, context)).scopes),
  createdAt: onlyIfPrivate((user) => user.createdAt),
  lastSignInAt: onlyIfPrivate((user) => user.lastSignInAt),
  addresses: onlyIfPrivate((user, context) => context.loaders.addresses.load(user.id)),
  defaultShippingAddress: onlyIfPrivate((user, context) =>
    findAddress(user, context, (address) => address.isDefaultShipping),
  ),
  defaultBillingAddress: onlyIfPrivate((user, context) =>
    findAddress(user, context, (address) => address.isDefaultBilling),
  ),
  mfa: onlyIfPrivate(
    async (user, context): Promise<MfaStatus> =>
      (await context.loaders.mfa.load(user.id)) ?? { userId: user.id, ...NO_SECOND_FACTOR },
  ),
  sessions: onlyIfPrivate((user, context) => context.loaders.sessions.load(user.id)),
  erasure: onlyIfPrivate(toErasure),
  dataExport: onlyIfPrivate((user, context) => context.loaders.dataExport.load(user.id)),
  status: onlyIfPrivate(statusOf),
  version: onlyIfPrivate((user) => user.version),
};

function statusOf(
  user: User,
): 'ERASED' | 'SUSPENDED' | 'ERASURE_PENDING' | 'PENDING_VERIFICATION' | 'ACTIVE' {
  if (user.erasedAt !== null) return 'ERASED';
  if (user.suspendedAt !== null) return 'SUSPENDED';
  if (user.erasureDueAt !== null) return 'ERASURE_PENDING';
  return user.emailVerifiedAt === null ? 'PENDING_VERIFICATION' : 'ACTIVE';
}

const NO_SECOND_FACTOR = { totpEnabled: false, recoveryCodesRemaining: 0 };

async function findGrants(user: User, { loaders }: UsersContext): Promise<Grants> {
  return (await loaders.grants.load(user.id)) ?? NO_GRANTS;
}

async function findAddress(
  user: User,
  { loaders }: UsersContext,
  isWanted: (address: Address) => boolean,
): Promise<Address | null> {
  return (await loaders.addresses.load(user.id)).find(isWanted) ?? null;
}
