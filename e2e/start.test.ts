import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { access, chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postGraphql, waitFor } from '@tributary/testkit';
import { removeDataFolder } from '../scripts/system/data-folder.ts';
import { findFreePorts, PROCESS_NAMES, type Ports } from '../scripts/system/ports.ts';

const root = join(import.meta.dirname, '..');

interface Start {
  readonly process: ChildProcess;
  output(): string;
  readonly ended: Promise<number | null>;
}

function npmStart(env: Readonly<Record<string, string>>, ...args: string[]): Start {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'scripts/start.ts', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  return {
    process: child,
    output: () => output,
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
}

describe('npm start', () => {
  let dataFolder: string;
  let ports: Ports;
  let env: Record<string, string>;
  let running: Start | undefined;

  beforeAll(async () => {
    // As in a clone below /root or in a home folder of mode 0700.
    dataFolder = join(await mkdtemp(join(tmpdir(), 'tributary-start-')), 'data');
    await chmod(join(dataFolder, '..'), 0o700);
    ports = await findFreePorts();
    env = {
      DATA_DIR: dataFolder,
      ...Object.fromEntries(PROCESS_NAMES.map((name) => [`${name.toUpperCase()}_PORT`, String(ports[name])])),
    };
  });

  afterAll(async () => {
    running?.process.kill('SIGTERM');
    await running?.ended;
    await removeDataFolder(dataFolder);
    await rm(join(dataFolder, '..'), { recursive: true });
  });

  const untilReady = async (start: Start): Promise<void> => {
    await waitFor(() => start.output().includes('Tributary is ready') || start.process.exitCode !== null, {
      timeoutMs: 120_000,
      what: 'the ready message',
    });
    expect(start.output()).toContain('Tributary is ready');
  };

  const countOrders = async (): Promise<number> => {
    const url = `http://127.0.0.1:${ports.gateway}/graphql`;
    const signedIn = await postGraphql(url, {
      query:
        'mutation { signIn(input: { email: "support@tributary.example", password: "correct horse battery staple" }) { tokens { accessToken } } }',
    });
    const headers = { authorization: `Bearer ${signedIn.data.signIn.tokens.accessToken as string}` };
    return (await postGraphql(url, { query: '{ orders { totalCount } }' }, headers)).data.orders.totalCount;
  };

  it('explains itself', async () => {
    const help = npmStart({}, '--help');

    expect(await help.ended).toBe(0);
    expect(help.output()).toContain('--fresh');
  });

  it('stops on Ctrl-C while it places sample orders, and leaves nothing running', async () => {
    const stopped = npmStart(env);
    await waitFor(() => stopped.output().includes('placing sample orders'), { timeoutMs: 120_000 });
    stopped.process.kill('SIGINT');

    expect(await stopped.ended).toBe(0);
    expect(stopped.output()).toMatch(/Stopping \.\.\.\n$/);
    await expect(access(join(dataFolder, 'postgres', 'cluster', 'postmaster.pid'))).rejects.toThrow('ENOENT');
  });

  it('reaches its printed URLs after that, with accounts, orders and payments to look at', async () => {
    running = npmStart(env);
    await untilReady(running);

    expect(running.output()).toContain(`http://127.0.0.1:${ports.gateway}/graphql`);
    expect(running.output()).toContain('ada@tributary.example');
    expect(await countOrders()).toBeGreaterThan(0);
  });

  it("answers the README's first query as the README says", async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const body = /^curl[^']*'[^']*' -d '(.*?)'$/ms.exec(readme)?.[1] ?? '';
    const printed = /^```json\n(.*?)^```$/ms.exec(readme)?.[1] ?? '';

    const { data } = await postGraphql(`http://127.0.0.1:${ports.gateway}/graphql`, body);

    expect({ data }).toEqual(JSON.parse(printed));
  });

  it('refuses to run twice on the same data or ports, and says what to do', async () => {
    const second = npmStart(env);

    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`${ports.gateway} (gateway): choose another with GATEWAY_PORT=`);
  });

  it('stops cleanly on Ctrl-C and finds its data again', async () => {
    const before = await countOrders();
    running?.process.kill('SIGINT');
    expect(await running?.ended).toBe(0);
    await expect(fetch(`http://127.0.0.1:${ports.users}/livez`)).rejects.toThrow();

    running = npmStart(env);
    await untilReady(running);

    expect(await countOrders()).toBe(before);
  });

  it('starts again after it was killed, with nothing of the old start in the way', async () => {
    const before = await countOrders();
    running?.process.kill('SIGKILL');
    await running?.ended;
    await waitFor(
      async () =>
        (
          await Promise.allSettled(
            PROCESS_NAMES.map((name) => fetch(`http://127.0.0.1:${ports[name]}/livez`)),
          )
        ).every(({ status }) => status === 'rejected'),
      { timeoutMs: 90_000, what: 'the end of the services' },
    );

    running = npmStart(env);
    await untilReady(running);

    expect(await countOrders()).toBe(before);
  });

  it('adds no sample accounts and no catalogue with --no-seed', async () => {
    running?.process.kill('SIGTERM');
    await running?.ended;
    const empty = `${dataFolder}-empty`;
    running = npmStart({ ...env, DATA_DIR: empty }, '--no-seed');
    await untilReady(running);

    const { data } = await postGraphql(`http://127.0.0.1:${ports.gateway}/graphql`, {
      query: `mutation { signIn(input: { email: "admin@tributary.example", password: "correct horse battery staple" }) { user { id } } }`,
    });
    const catalogue = await postGraphql(`http://127.0.0.1:${ports.gateway}/graphql`, {
      query: '{ products { totalCount } categories { id } }',
    });

    expect(data.signIn.user).toBeNull();
    expect(catalogue.data).toEqual({ products: { totalCount: 0 }, categories: [] });
    running.process.kill('SIGTERM');
    await running.ended;
    await removeDataFolder(empty);
    running = undefined;
  });

  it('names the port that is taken before it starts anything', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };

    const start = npmStart({ ...env, USERS_PORT: String(port) });

    expect(await start.ended).toBe(1);
    expect(start.output()).toContain(`${port} (users)`);
    await new Promise((resolve) => taken.close(resolve));
  });
});
