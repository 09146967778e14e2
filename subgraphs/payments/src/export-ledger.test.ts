import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportLedger } from './export-ledger.ts';
import { buy } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type World } from './testing/harness.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  const payments = await world.start();
  for (let n = 1; n <= 2; n += 1) await buy(payments.request, newBuyer(), { shoe: n });
  await payments.stop();
});

afterAll(() => world.close());

async function exported(account: string | null): Promise<readonly string[][]> {
  let text = '';
  await exportLedger(world.databaseUrl, account, (more) => {
    text += more;
    return Promise.resolve();
  });
  expect(text.endsWith('\r\n')).toBe(true);
  return text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
}

describe('the export of the ledger', () => {
  it('has every transfer once, in order, with both its accounts', async () => {
    const [columns = [], ...lines] = await exported(null);
    const at = (name: string) => columns.indexOf(name);
    expect(lines.map((line) => [line[at('type')], line[at('kind')], line[at('amount')]])).toEqual([
      ['AUTHORIZATION', 'PENDING', '10.00'],
      ['CAPTURE', 'POST_PENDING', '10.00'],
      ['CAPTURE', 'POSTED', '10.00'],
      ['AUTHORIZATION', 'PENDING', '20.00'],
      ['CAPTURE', 'POST_PENDING', '20.00'],
      ['CAPTURE', 'POSTED', '20.00'],
    ]);
    for (const line of lines) {
      expect(line).toHaveLength(columns.length);
      expect([line[at('debitAccount')], line[at('creditAccount')]]).toEqual(
        line[at('kind')] === 'POSTED'
          ? ['clearing:payments', 'revenue:sales']
          : ['assets:psp:sandbox', `payment:${line[at('payment')] ?? ''}`],
      );
    }
    const numbers = lines.map((line) => Number(line[at('number')]));
    expect([...numbers].sort((a, b) => a - b)).toEqual(numbers);
  });

  it('has the statement of one account', async () => {
    const [, first = []] = await exported(null);
    const account = first[7] ?? '';
    const [, ...lines] = await exported(account);
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line[7] === account)).toBe(true);
  });
});
