import { afterEach } from '@jest/globals';
import { federate } from '../../src/testing/federate.ts';

/** `federate` for tests that each have graphs of their own: what a test started is stopped after it. */
export function graphsOfATest(): typeof federate {
  const running: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((stop) => stop()));
  });
  return async (definitions, overrides) => {
    const graph = await federate(definitions, overrides);
    running.push(graph.stop);
    return graph;
  };
}
