/** Why a request does not run. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const refusal = (status: number, code: string, message: string): Refusal => ({ status, code, message });

export const NO_HASH = refusal(
  400,
  'BAD_REQUEST',
  'extensions.persistedQuery must be an object with a "sha256Hash".',
);
export const WRONG_VERSION = refusal(400, 'BAD_REQUEST', 'extensions.persistedQuery.version must be 1.');
export const NOT_FOUND = refusal(200, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
export const NOT_SUPPORTED = refusal(200, 'PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
export const HASH_MISMATCH = refusal(
  400,
  'PERSISTED_QUERY_HASH_MISMATCH',
  'provided sha does not match query',
);
export const ID_AND_BODY = refusal(
  400,
  'CANNOT_SEND_PQ_ID_AND_BODY',
  'Sending a persisted query ID and a body in the same request is not allowed',
);
export const ID_REQUIRED = refusal(
  400,
  'PERSISTED_QUERY_ID_REQUIRED',
  'This endpoint does not allow freeform GraphQL requests; send the ID of a persisted query.',
);
export const NOT_IN_SAFELIST = refusal(
  403,
  'QUERY_NOT_IN_SAFELIST',
  'The operation body was not found in the persisted query safelist',
);
export const notInList = (id: string): Refusal =>
  refusal(
    404,
    'PERSISTED_QUERY_NOT_IN_LIST',
    `Persisted query '${id}' not found in the persisted query list`,
  );
