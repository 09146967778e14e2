export interface PersistedOperation {
  /** What clients send in the document's place. */
  readonly id: string;
  readonly name: string;
  readonly type: 'QUERY' | 'MUTATION' | 'SUBSCRIPTION';
  readonly body: string;
  /** Empty: registered for every client. */
  readonly clientName: string;
}

/** The list in Apollo's format, which gateways and routers read. */
export const formatManifest = (operations: readonly PersistedOperation[]): string =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: operations.map(({ id, name, type, body, clientName }) => ({
      id,
      name,
      type: type.toLowerCase(),
      body,
      ...(clientName === '' ? {} : { clientName }),
    })),
  });
