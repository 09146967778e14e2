import { auditEventResolvers } from './audit-connection.ts';
import { addressResolvers } from './address.ts';
import { mutationResolvers } from './mutation.ts';
import { dataExportResolvers } from './data-export.ts';
import { mfaStatusResolvers, passkeyResolvers } from './mfa-status.ts';
import { queryResolvers } from './query.ts';
import { scalars } from './scalars.ts';
import type { Services } from './services.ts';
import { sessionResolvers } from './session.ts';
import { userResolvers } from './user.ts';

export const createResolvers = (services: Services) => ({
  ...scalars,
  Query: queryResolvers(services),
  Mutation: mutationResolvers(services),
  User: userResolvers,
  Address: addressResolvers,
  Session: sessionResolvers,
  MfaStatus: mfaStatusResolvers,
  Passkey: passkeyResolvers,
  DataExport: dataExportResolvers(services),
  AuditEvent: auditEventResolvers,
});
