import { endChild, startChild, type Child } from './child-process.ts';
import type { SubgraphName } from './graph/subgraphs.ts';

/** A subgraph in a process of its own, always on the same port. */
export interface SubgraphProcess {
  readonly name: SubgraphName;
  readonly url: string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Resolves when it accepts requests again. */
  restart(): Promise<void>;
}

/** @throws Error with what the process wrote when it ends before it listens. */
export async function startSubgraph(name: SubgraphName, port: number): Promise<SubgraphProcess> {
  let child = await launch(name, port);
  return {
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    kill: () => endChild(child, 'SIGKILL'),
    restart: async () => {
      child = await launch(name, port);
    },
  };
}

async function launch(name: SubgraphName, port: number): Promise<Child> {
  const child = startChild({ file: 'e2e/soak/run-subgraph.ts', args: [name, String(port)] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      if (message === 'listening') resolve();
    });
    child.once('exit', () => {
      reject(new Error(`The subgraph ${name} did not start:\n${output}`));
    });
  });
  return child;
}
