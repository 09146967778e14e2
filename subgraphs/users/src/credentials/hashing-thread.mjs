/**
 * Runs in a worker thread: one argon2 computation after the other.
 * Plain JavaScript, because Node 20 cannot load TypeScript and a loader would cost each thread more than this file.
 */
import { hashSync, verifySync } from '@node-rs/argon2';
import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

/** Of the event loop's share, a thread then gets about a tenth when there are not cores for both. */
const BEHIND_THE_EVENT_LOOP = 10;
const LOWEST = 19;

// On Linux the priority is this thread's own; elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(Math.min(LOWEST, getPriority() + BEHIND_THE_EVENT_LOOP));

parentPort?.on('message', (job) => {
  try {
    const result =
      job.kind === 'hash' ? hashSync(job.password, job.parameters) : verifySync(job.hash, job.password);
    parentPort?.postMessage({ result });
  } catch (error) {
    parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) });
  }
});
