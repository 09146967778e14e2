import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { startProcess, type ManagedProcess } from '../measure/managed-process.ts';

/** How a subgraph fails. */
export const FAULTS = ['delay', 'killed', 'error', 'garbage'] as const;
export type Fault = (typeof FAULTS)[number];

const root = join(import.meta.dirname, '../..');
const PROGRAM = join(root, 'bench/subgraphs/main.ts');
const START_TIMEOUT_MS = 20_000;

/** A process of its own for one subgraph, which can be made to fail and mended. */
export class SubgraphProcess {
  readonly url: string;
  readonly #port: number;
  readonly #core: number | undefined;
  #process: ManagedProcess | undefined;

  constructor(port: number, core: number | undefined) {
    this.#port = port;
    this.#core = core;
    this.url = `http://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    this.#process = startProcess({
      args: ['--import', 'tsx', PROGRAM, '--port', String(this.#port)],
      core: this.#core,
      cwd: root,
    });
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await this.#answers('/requests'))) {
      if (Date.now() > deadline)
        throw new Error(`The subgraph did not start:\n${await this.#process.exited}`);
      await sleep(20);
    }
  }

  async fail(fault: Fault): Promise<void> {
    if (fault !== 'killed') await this.#answers(`/fault/${fault}`);
    else if (this.#process !== undefined) {
      process.kill(this.#process.pid, 'SIGKILL');
      await this.#process.exited;
    }
  }

  async mend(fault: Fault): Promise<void> {
    if (fault === 'killed') await this.start();
    else await this.#answers('/fault/none');
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async #answers(path: string): Promise<boolean> {
    try {
      const { body } = await request(`${this.url}${path}`);
      await body.dump();
      return true;
    } catch {
      return false;
    }
  }
}
