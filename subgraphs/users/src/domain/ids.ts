import { typedId } from '@tributary/subgraph-kit';

export const userIds = typedId('usr');
export const addressIds = typedId('adr');
export const sessionIds = typedId('ses');
export const dataExportIds = typedId('dex');
export const passkeyIds = typedId('pky');
export const auditIds = typedId('aud');
