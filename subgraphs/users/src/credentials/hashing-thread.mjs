/**
 * Runs in a worker thread: one argon2 computation after the other.
 * Plain JavaScript, because Node 20 cannot load TypeScript and a loader would cost each thread more than this file.
 */
import { hashSync, verifySync } from '@node-rs/argon2';
import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

/** Of the event loop's share, a thread then gets about a third when there are not cores for both. */
const NICER_BY = 5;
const NICEST = 19;

// On Linux the priority is this thread's own: when all cores are taken, the event loop comes first. Elsewhere it
// would be the whole process's.
if (process.platform === 'linux') setPriority(Math.min(NICEST, getPriority() + NICER_BY));

parentPort?.on('message', (job) => {
  try {
    const result =
      job.kind === 'hash' ? hashSync(job.password, job.parameters) : verifySync(job.hash, job.password);
    parentPort?.postMessage({ result });
  } catch (error) {
    parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) });
  }
});
