import { describe, expect, it } from '@jest/globals';
import { createRetryTable, SESSION_TIMEOUT_MS } from './retry-table.ts';

const outcome = { session: 's', txnNumber: 3n, statement: 0, result: { n: 1 }, at: 1_000 };

describe('the table of retryable writes', () => {
  it('knows the statements of a session’s latest number only', () => {
    const table = createRetryTable();
    table.remember(outcome);
    expect(table.find('s', 3n, 0)).toEqual({ n: 1 });
    expect(table.find('s', 3n, 1)).toBeUndefined();
    expect(table.find('s', 4n, 0)).toBeUndefined();
    expect(table.find('other', 3n, 0)).toBeUndefined();
    table.remember({ ...outcome, txnNumber: 4n });
    expect(() => table.find('s', 3n, 0)).toThrow('newer transaction 4');
    expect(table.all()).toHaveLength(1);
  });

  it('forgets a session after its timeout', () => {
    const table = createRetryTable();
    table.remember(outcome);
    table.expire(outcome.at + SESSION_TIMEOUT_MS);
    expect(table.all()).toHaveLength(1);
    table.expire(outcome.at + SESSION_TIMEOUT_MS + 1);
    expect(table.all()).toEqual([]);
  });
});
