import { newUuid } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { EXPORT_INTERVAL_MS } from '../domain/data-export.ts';
import { dataExportIds } from '../domain/ids.ts';
import { accountInputError, signInAgain, type AccountInputError } from '../domain/user-errors.ts';
import type { DataExport } from '../store/data-export-store.ts';
import { findFreshUser } from './find-fresh-user.ts';
import type { Services } from './services.ts';

/** The link is made when it is asked for, and by whoever has just signed in: it needs no further credential. */
export const dataExportResolvers = (services: Services) => ({
  id: ({ id }: DataExport) => dataExportIds.fromUuid(id),
  status: ({ failedAt, expiresAt }: DataExport) => {
    if (expiresAt !== null) return expiresAt > services.now() ? 'READY' : 'EXPIRED';
    return failedAt === null ? 'COLLECTING' : 'FAILED';
  },
  downloadUrl: async ({ id, userId, expiresAt }: DataExport, _args: unknown, context: UsersContext) => {
    const isReady = expiresAt !== null && expiresAt > services.now();
    if (!isReady || (await findFreshUser(services, context)) !== userId) return null;
    return services.downloadUrlOf?.(id) ?? null;
  },
});

export const dataExportRequest =
  (services: Services) => async (_: unknown, _args: unknown, context: UsersContext) => {
    const { stores, now, downloadUrlOf } = services;
    const userId = await findFreshUser(services, context);
    if (userId === undefined) return refused(signInAgain());
    if (downloadUrlOf === undefined) return refused(NOT_AVAILABLE);
    const since = new Date(now().getTime() - EXPORT_INTERVAL_MS);
    const dataExport = await stores.dataExports.request({ id: newUuid(), userId, since, now: now() });
    return dataExport === undefined ? refused(signInAgain()) : { dataExport, userErrors: [] };
  };

const NOT_AVAILABLE = accountInputError(
  'INVALID',
  null,
  'Exports are not available: the service has no encryption keys.',
);

const refused = (error: AccountInputError) => ({ dataExport: null, userErrors: [error] });
