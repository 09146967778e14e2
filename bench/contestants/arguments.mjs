import { parseArgs } from 'node:util';

/** What every contestant is told; each takes what it needs. */
export function readArguments() {
  const { values } = parseArgs({
    options: {
      supergraph: { type: 'string' },
      subgraphs: { type: 'string' },
      port: { type: 'string' },
      answer: { type: 'string' },
      undici: { type: 'boolean', default: false },
    },
  });
  return { ...values, port: Number(values.port) };
}
