import { fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { root } from './services.ts';

/** Far more than a start takes, on a machine that builds for another kind by emulation. */
const TIMEOUT_MS = 120_000;

/** Fields of several subgraphs. That nobody can be reached where they should be is an answer, too. */
const QUERY = `query Rehearsal($first: Int) {
  products(first: $first) { nodes { id title variants(first: 1) { nodes { sku } } } }
  viewer { id }
}`;

/**
 * Has a gateway do what is first asked of every gateway: serve a supergraph and answer a query.
 *
 * @param main Writes its compiled code and ends when it gets a message: start-compiled.ts.
 * @throws Error when it does not start, or does not plan the query.
 */
export async function rehearseGateway(main: string): Promise<void> {
  const gateway = fork(
    resolve(main),
    ['--supergraph', join(root, 'schema/supergraph.graphql'), '--port', '0'],
    {
      // No configuration and no flags of who builds.
      cwd: dirname(main),
      env: { ...process.env, NODE_OPTIONS: '' },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      timeout: TIMEOUT_MS,
    },
  );
  const ended = once(gateway, 'exit');
  try {
    await askOnceReady(gateway.stdout as Readable);
    gateway.send('write');
    const [status] = (await ended) as [number | null];
    if (status !== 0) throw new Error(`The rehearsal of ${main} ended with ${String(status)}.`);
  } finally {
    gateway.kill();
  }
}

async function askOnceReady(log: Readable): Promise<void> {
  for await (const line of createInterface(log)) {
    const { 'url.full': url } = JSON.parse(line) as { readonly 'url.full'?: string };
    if (url === undefined) continue;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY, variables: { first: 1 } }),
    });
    const answer = await response.text();
    if (!response.ok || answer.includes('VALIDATION_FAILED'))
      throw new Error(`The rehearsal's query is not answered: ${answer}`);
    return;
  }
  throw new Error('The gateway that should rehearse did not start.');
}
