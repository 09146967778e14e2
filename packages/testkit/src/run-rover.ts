import { spawn } from 'node:child_process';
import { join } from 'node:path';

const PACKAGES = join(import.meta.dirname, '../../../node_modules/@apollo');
/** Not npm's launcher: that would have rover keep the plugins it downloads in node_modules. */
const ROVER = join(PACKAGES, `rover-${process.platform}-${process.arch}/rover`);

export interface RoverOptions {
  /** Folder for what rover keeps. */
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Given to its standard input. */
  readonly input?: string;
}

export interface RoverResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real rover, with nothing of our environment but what is given. */
export async function runRover(
  args: readonly string[],
  { home, env = {}, input }: RoverOptions,
): Promise<RoverResult> {
  const child = spawn(ROVER, args, {
    cwd: home,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      APOLLO_HOME: home,
      APOLLO_CONFIG_HOME: home,
      APOLLO_TELEMETRY_DISABLED: 'true',
      APOLLO_ROVER_SKIP_UPDATE: '1',
      APOLLO_ELV2_LICENSE: 'accept',
      NO_COLOR: '1',
      ...env,
    },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
