import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from './contestant.ts';

const root = join(import.meta.dirname, '../..');

/** A larger young generation: most of what a gateway allocates dies with its request. */
const NODE_FLAGS = ['--max-semi-space-size=64'];

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
};

/** Shares equal subgraph requests between client requests of the same caller by itself: there is nothing to set. */
export const tributary: Contestant = {
  name: 'tributary',
  role: 'ours',
  product: () => `Tributary ${version}`,
  command: ({ supergraphFile, port }) => ({
    args: [
      ...NODE_FLAGS,
      join(root, 'gateway/dist/main.js'),
      ...['--supergraph', supergraphFile, '--port', String(port)],
    ],
  }),
};
