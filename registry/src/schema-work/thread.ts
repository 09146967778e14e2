/** Runs in a worker thread; see schema-workers.ts. */
import { parentPort } from 'node:worker_threads';
import { compare } from './compare.ts';
import { compose } from './compose.ts';
import { describe } from './describe.ts';
import { diff } from './diff.ts';
import { filterByTags } from './filter-by-tags.ts';
import { lint } from './lint.ts';
import { validateOperations } from './validate-operations.ts';
import type { SchemaTasks, TaskName, TaskReply, TaskRequest } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs in a worker thread; see schema-workers.ts.');

const tasks: { readonly [Name in TaskName]: (input: SchemaTasks[Name]['input']) => unknown } = {
  compose,
  compare,
  filterByTags,
  lint,
  describe,
  diff,
  validateOperations,
};

async function answer({ task, input }: TaskRequest): Promise<void> {
  let reply: TaskReply;
  try {
    reply = { output: await (tasks[task] as (input: unknown) => unknown)(input) };
  } catch (error) {
    reply = { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  port?.postMessage(reply);
}

port.on('message', (request: TaskRequest) => void answer(request));
