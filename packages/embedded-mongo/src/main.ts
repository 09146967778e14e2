/** Command line of the server: reads arguments, starts, stops on a signal. */
import { parseArgs } from 'node:util';
import { startEmbeddedMongo } from './index.ts';

const HELP = `Usage: embedded-mongo --data DIR [--port N] [--host H]

A MongoDB-compatible server for development and tests on machines without mongod. Not for production.

  --data DIR   directory of the data; made when missing
  --port N     TCP port, default 27017; 0 picks a free one
  --host H     address to listen on, default 127.0.0.1
  --help       this text
`;

interface Arguments {
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
}

function readArguments(argv: readonly string[]): Arguments | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: '27017' },
      host: { type: 'string', default: '127.0.0.1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.data === undefined || values.data === '') throw new Error('--data DIR is required; see --help');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port takes 0 to 65535, but got: ${values.port}`);
  return { dataDir: values.data, port, host: values.host };
}

function explainFailure(error: unknown, { port, host, dataDir }: Arguments): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is taken`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `cannot listen on ${host}: it is no address of this machine`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return port > 0 && port < 1024 && message.includes('listen')
        ? `not allowed to listen on port ${port}`
        : `data directory ${dataDir} is not writable`;
    default:
      return message;
  }
}

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return;
  }
  process.stdout.write('embedded-mongo is for development and tests only\n');
  try {
    const server = await startEmbeddedMongo({
      ...options,
      log: (message) => process.stderr.write(`embedded-mongo: ${message}\n`),
      // Memory is ahead of the disk now: going on would answer reads with data that is already lost.
      onFailure: () => process.exit(1),
    });
    const stop = (): void => {
      void server.close().then(() => process.exit(0));
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    // Started with an IPC channel: when the starter is gone, even killed, nobody is left to stop us.
    if (process.connected) process.once('disconnect', stop);
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    process.stdout.write(`embedded-mongo listening on mongodb://${host}:${server.port}\n`);
  } catch (error) {
    throw new Error(explainFailure(error, options), { cause: error });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`embedded-mongo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
