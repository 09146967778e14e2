import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createConnections } from './connections.ts';
import { startExchange } from './exchange.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;

const ANSWERS = 40;
/** More than Node reads at once, so that what it reads with is not cut to size. */
const ANSWER_BYTES = 100_000;

const server = createServer((request, response) => {
  request.resume().on('end', () => response.end('x'.repeat(ANSWER_BYTES)));
});
const connections = createConnections();

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await connections.close();
  await new Promise((resolve) => server.close(resolve));
});

async function read(): Promise<number> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { bytes } = await startExchange({
    target: connections.targetOf(url, 'slow', 1),
    isRead: true,
    body: '{}',
    authorization: undefined,
    tracing: [],
    timeoutMs: 10_000,
    maxResponseBytes: ANSWER_BYTES,
    onEnd: () => undefined,
    line: undefined,
  }).response;
  return bytes.length;
}

/** What survives two collections is in the old generation. Whoever took the answer has to be done before. */
async function collectYoung(): Promise<void> {
  await setTimeout(5);
  for (let round = 0; round < 3; round += 1) collectGarbage({ type: 'minor' });
}

it('no answer outlives a collection because its connection was idle before', async () => {
  await read();
  await collectYoung();
  const before = process.memoryUsage().arrayBuffers;
  for (let answer = 0; answer < ANSWERS; answer += 1) {
    expect(await read()).toBe(ANSWER_BYTES);
    // Old by the next answer: what the connection made when this one ended.
    await collectYoung();
  }

  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * ANSWER_BYTES);
});
