import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant, Launch } from './contestant.ts';

const root = join(import.meta.dirname, '../..');

/** A larger young generation: most of what a gateway allocates dies with its request. */
const NODE_FLAGS = ['--max-semi-space-size=32'];

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
};

/** Shares equal subgraph requests between client requests of the same caller by itself: there is nothing to set. */
export const tributary: Contestant = {
  name: 'tributary',
  role: 'ours',
  product: () => `Tributary ${version}`,
  command: (launch) => ({ args: [...NODE_FLAGS, ...gatewayArguments(launch)] }),
};

/** With an access log, metrics and traces. */
export const tributaryObserved = configured('observed');

/** With up to 16 reads in progress on a connection. */
export const tributaryPipelined = configured('pipelined');

/** @param variant Names its file of configuration, too. */
function configured(variant: string): Contestant {
  return {
    ...tributary,
    name: `tributary-${variant}`,
    role: 'variant',
    command: (launch) => ({
      args: [
        ...NODE_FLAGS,
        ...gatewayArguments(launch),
        ...['--config', join(import.meta.dirname, `${variant}.yaml`)],
      ],
      env: { COLLECTOR: `${launch.subgraphsUrl}/v1/traces` },
    }),
  };
}

function gatewayArguments({ supergraphFile, port }: Launch): readonly string[] {
  return [join(root, 'gateway/dist/main.js'), ...['--supergraph', supergraphFile, '--port', String(port)]];
}
