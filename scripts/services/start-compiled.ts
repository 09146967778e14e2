/**
 * Starts the program beside this file, main.cjs for main.js, by the code that V8 compiled of it in a rehearsal. Compiled
 * code that is not there, or of another version of V8, makes a start slower and nothing else.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/** Whether this start is the rehearsal. */
declare const REHEARSAL: boolean;

type Program = (
  require: NodeJS.Require,
  importModule: (specifier: string) => Promise<unknown>,
  importMeta: ImportMeta,
) => void;

const program = import.meta.filename.replace(/\.js$/, '.cjs');
const codeFile = `${program}.code`;
compile()(createRequire(import.meta.url), (specifier) => import(specifier), import.meta);

/** A function of its own: what a module declares lives as long as the process, and this is megabytes. */
function compile(): Program {
  const code = !REHEARSAL && existsSync(codeFile) ? readFileSync(codeFile) : undefined;
  if (code !== undefined) acceptFlags(code);
  // esbuild writes ASCII, which needs no decoding.
  const script = new Script(readFileSync(program, 'latin1'), { filename: program, cachedData: code });
  if (script.cachedDataRejected === true)
    process.emitWarning(
      `${codeFile} was made by another version of Node: it is not used, the start takes longer.`,
    );
  if (REHEARSAL) writeCodeWhenAsked(script);
  return script.runInThisContext() as Program;
}

/**
 * V8 takes compiled code only under the flags that it was made with, and counts limits of memory and settings of the garbage
 * collector among them. No flag that is set for a gateway changes what code compiles to. Bytes 12 to 16 of compiled code
 * name its flags (src/snapshot/code-serializer.h in V8); where a version has something else there, it refuses the code.
 */
function acceptFlags(compiled: Buffer): void {
  compiled.set(new Script('').createCachedData().subarray(12, 16), 12);
}

/** The process that rehearses sends a message to the main thread, which passes it on. */
function writeCodeWhenAsked(script: Script): void {
  const threads = new BroadcastChannel('tributary:rehearsal');
  threads.unref();
  const write = (): void => {
    writeFileSync(codeFile, script.createCachedData());
  };
  if (isMainThread) {
    process.once('message', () => {
      write();
      threads.ref();
      threads.postMessage('write');
    });
    threads.onmessage = () => process.exit();
  } else
    threads.onmessage = () => {
      write();
      threads.postMessage('written');
    };
}
