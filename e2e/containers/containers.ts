/**
 * `npm run test:containers`: builds every image, runs docker/compose.yaml and breaks it. On a machine with a Docker
 * Engine it uses that and the published images of the stores; else it starts an engine of its own, with stand-ins.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findFreePorts } from '../../scripts/system/ports.ts';
import { createChecks } from './checks.ts';
import { findEngine } from './find-engine.ts';
import { buildStandIns, createStack, describeTrouble } from './stack.ts';

const HELP = `Builds every image, starts the system in containers and breaks it.

  --minutes N      longest it may take, default 20
  --only TEXT      only the checks whose name has this
  --keep           leave the containers, the volumes and the engine as they are
  --help           this text

It is skipped, with exit code 0, where there is no Docker Engine and none can be started.
`;

/** Outside the repository, whose tools would look through all images. */
const ENGINE_FOLDER = join(homedir(), '.cache/tributary/engine');

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else {
  process.exitCode = await main(Number(values.minutes) * 60_000, values.only, values.keep);
}

async function main(timeoutMs: number, only: string, keep: boolean): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      interrupted.abort(new Error(`stopped by ${name}`));
    });
  const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(timeoutMs)]);
  const engine = await findEngine(ENGINE_FOLDER, signal);
  if (typeof engine === 'string') {
    console.log(`Containers are not tested: ${engine}.`);
    return 0;
  }
  console.log(
    engine.isOffline ? 'An engine of our own, with stand-ins for the stores.' : "This machine's engine.",
  );
  const ports = await findFreePorts();
  const stack = createStack(engine, ports, signal);
  let failed = 0;
  try {
    await step('images are built', async () => {
      if (engine.isOffline) await buildStandIns(stack);
      await stack.compose('build', '--quiet');
      return (
        await stack.docker('images', '--format', '{{.Repository}} {{.Size}}', 'tributary/*')
      ).replaceAll('\n', ', ');
    });
    await step('up --wait', async () => {
      await stack.compose('down', '--volumes', '--remove-orphans');
      await stack.compose('up', '--detach', '--wait');
      return 'healthy';
    });
    for (const { name, run } of createChecks(stack).filter((check) => check.name.includes(only))) {
      // One that fails says nothing about the next, unless time is over.
      await step(name, run).catch(async (error: unknown) => {
        signal.throwIfAborted();
        failed += 1;
        console.log(indent(error instanceof Error ? error.message : String(error)));
        console.log(indent(await describeTrouble(stack).catch(String)));
      });
    }
  } catch (error) {
    failed += 1;
    console.log(indent(error instanceof Error ? error.message : String(error)));
    console.log(indent(await describeTrouble(stack).catch(String)));
  } finally {
    if (!keep) {
      const cleanUp = createStack(engine, ports, AbortSignal.timeout(120_000));
      await cleanUp.compose('down', '--volumes', '--timeout', '30').catch((error: unknown) => {
        console.log(`Left behind: ${String(error)}`);
      });
      await engine.stop();
    }
  }
  console.log(failed === 0 ? 'All of it holds.' : `${failed} failed.`);
  return failed === 0 ? 0 : 1;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

async function step(name: string, run: () => Promise<string>): Promise<void> {
  const startedAt = Date.now();
  let outcome = 'FAILED';
  try {
    outcome = await run();
  } finally {
    console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${name}: ${outcome}`);
  }
}
