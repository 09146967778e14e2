import assert from 'node:assert/strict';
import { waitFor } from '@tributary/testkit';
import { createPeople } from './people.ts';
import type { Stack } from './stack.ts';

const DISK = '/var/lib/postgresql';
const RECOVERY_TIMEOUT_MS = 240_000;

/**
 * The whole system anew, with PostgreSQL on a small disk that somebody fills. What cannot be kept is refused and not
 * acknowledged, what needs no room is answered, and with room again everything goes on.
 */
export async function checkFullDisk(stack: Stack): Promise<string> {
  const { docker, compose, composeWith, containers } = stack;
  const people = createPeople(stack);
  await compose('down', '--volumes');
  await composeWith('compose.small-disk.yaml', 'up', '--detach', '--wait');
  const [store = ''] = await containers('postgres');
  const shell = (script: string) => docker('exec', '--user', 'root', store, 'sh', '-c', script);
  const kept = await people.buy();

  await shell(
    `dd if=/dev/zero of=${DISK}/filler bs=1M 2>/dev/null; dd if=/dev/zero of=${DISK}/rest bs=1k 2>/dev/null; true`,
  );
  const refusal = await waitFor(
    async () => {
      const bought = await people.buy().then(
        () => undefined,
        (error: unknown) => String(error),
      );
      return bought;
    },
    { timeoutMs: RECOVERY_TIMEOUT_MS },
  );
  const { data, errors } = await people.request('{ products(first: 1) { nodes { title } } }');
  assert.equal(errors, undefined, 'products needs no PostgreSQL');
  assert.equal(data.products.nodes.length, 1);

  await shell(`rm ${DISK}/filler ${DISK}/rest`);
  const next = await waitFor(() => people.buy().catch(() => undefined), { timeoutMs: RECOVERY_TIMEOUT_MS });
  const numbers = await people.orderNumbers();
  assert.ok(numbers.includes(kept) && numbers.includes(next));
  for (const service of ['users', 'payments', 'registry'])
    for (const container of await containers(service))
      assert.equal(
        await docker('inspect', '--format', '{{.RestartCount}}', container),
        '0',
        `${container} ended`,
      );
  const [, code = 'no code'] = /"code":"(\w+)"/.exec(refusal) ?? [];
  return `purchases are refused (${code}), products go on, and with room again order ${next} follows ${kept}`;
}
