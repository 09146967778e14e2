import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, root } from './source-files.ts';

/** Codes that are not the `code` of an error class: sent where there is no error object, or made by the gateway. */
const OTHERS = [
  'NOT_FOUND',
  'SUBREQUEST_HTTP_ERROR',
  'SUBREQUEST_MALFORMED_RESPONSE',
  'DOWNSTREAM_SERVICE_ERROR',
  'GATEWAY_TIMEOUT',
  'REQUEST_CONCURRENCY_LIMITED',
  'SUBGRAPH_BUSY',
  'SUBGRAPH_CIRCUIT_OPEN',
  'SUBGRAPH_SIGNING_FAILED',
  'SUBGRAPH_TLS_FAILED',
  'FIELD_NOT_REACHABLE',
  'INCOMPLETE_ENTITY',
  'QUERY_PLANNING_TIMEOUT',
  'UNAUTHORIZED_FIELD_OR_TYPE',
  'MAX_DEPTH_LIMIT',
  'MAX_HEIGHT_LIMIT',
  'MAX_ROOT_FIELDS_LIMIT',
  'MAX_ALIASES_LIMIT',
  'MAX_DIRECTIVES_LIMIT',
  'COST_ESTIMATED_TOO_EXPENSIVE',
  'SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE',
  'COST_INVALID_SLICING_ARGUMENTS',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_HASH_MISMATCH',
  'PERSISTED_QUERY_NOT_IN_LIST',
  'CANNOT_SEND_PQ_ID_AND_BODY',
  'PERSISTED_QUERY_ID_REQUIRED',
  'QUERY_NOT_IN_SAFELIST',
  'QUERY_PLANNING_FAILED',
  'SUBSCRIPTION_DISABLED',
  'REQUEST_TIMEOUT',
  'HEADERS_TOO_LARGE',
  'INTERNAL_SERVER_ERROR',
];

const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
const documented = [...(page.split("## Apollo Server's")[0] ?? '').matchAll(/^\| `(\w+)`/gm)].map(
  ([, code]) => code,
);

describe('docs/errors.md', () => {
  it('lists every code the code can send, and no other', () => {
    const sources = listFiles(
      /^(packages\/(service|subgraph)-kit|gateway|registry|subgraphs)\/.*(?<!\.test)\.ts$/,
    );
    const codes = sources.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/^\s+(?:override )?readonly code = '(\w+)'/gm)].map(
        ([, code]) => code,
      ),
    );

    const unused = OTHERS.filter(
      (code) => !sources.some((file) => readFileSync(join(root, file), 'utf8').includes(code)),
    );

    expect(unused).toEqual([]);
    expect([...new Set([...codes, ...OTHERS])].sort()).toEqual([...documented].sort());
  });
});
