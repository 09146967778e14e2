import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { MongoClient, type Document } from 'mongodb';
import { makeDataDir } from './testing/test-mongo.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

let directory: string;
let children: ChildProcess[];
beforeEach(async () => {
  directory = await makeDataDir();
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    exit: once(child, 'close').then(([code]) => code as number | null),
  };
}

/** Resolves with the address once the server says it listens. */
function listening(server: Run): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const address = /listening on (mongodb:\/\/\S+)/.exec(server.stdout())?.[1];
      if (address !== undefined) resolve(address);
    };
    server.child.stdout?.on('data', look);
    void server.exit.then(() => {
      reject(new Error(`ended before listening: ${server.stderr()}`));
    });
  });
}

const start = (): Run => run('--data', directory, '--port', '0');

describe('the command line', () => {
  it('says what it is for, then where it listens, and stops cleanly on SIGTERM', async () => {
    const server = start();
    const client = await new MongoClient(await listening(server)).connect();
    await client.db('a').collection('c').insertOne({});
    expect(server.stdout()).toMatch(
      /^embedded-mongo is for development and tests only\nembedded-mongo listening on mongodb:\/\/127\.0\.0\.1:\d+\n$/,
    );
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    await client.close();
    expect(await readdir(directory)).toEqual(['journal-000001.log']);
  });

  it('explains a data directory in use in one line', async () => {
    const first = start();
    await listening(first);
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.stderr()).toBe(
      `embedded-mongo: data directory ${directory} is in use by process ${String(first.child.pid)}\n`,
    );
  });

  it('explains a taken port in one line and gives the directory back', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const server = run('--data', directory, '--port', String(port));
    expect(await server.exit).toBe(1);
    expect(server.stderr()).toBe(`embedded-mongo: port ${String(port)} on 127.0.0.1 is taken\n`);
    expect(await readdir(directory)).not.toContain('lock.json');
    taken.close();
  });

  it('explains a directory that cannot be one in one line', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    await chmod(file, 0o400);
    const server = run('--data', join(file, 'data'), '--port', '0');
    expect(await server.exit).toBe(1);
    expect(server.stderr()).toBe(`embedded-mongo: data directory ${join(file, 'data')} is not writable\n`);
  });

  it('shows its help and refuses what it does not know', async () => {
    const [help, missing, unknown] = [run('--help'), run(), run('--data', directory, '--prot', '1')];
    expect([await help.exit, await missing.exit, await unknown.exit]).toEqual([0, 1, 1]);
    expect(help.stdout()).toContain('Usage: embedded-mongo --data DIR');
    expect(missing.stderr()).toContain('--data DIR is required');
    expect(unknown.stderr()).toContain('--prot');
  });
});

/** What the writers were told is safe. */
interface Acknowledged {
  readonly inserted: Set<string>;
  readonly versions: Map<number, number>;
  transfers: number;
}

const FILLER = 3_000;
const WRITERS = 6;

/** Large enough to pass the compaction threshold every few hundred updates, and checkable as a whole. */
function page(version: number): string {
  return String.fromCharCode(97 + (version % 26)).repeat(FILLER * 8);
}

/** Writes from several clients at once until the connection breaks. */
async function writeUntilKilled(
  uri: string,
  known: Acknowledged,
  round: number,
  kill: (count: number) => void,
): Promise<void> {
  const client = await new MongoClient(uri, { serverSelectionTimeoutMS: 100, retryWrites: false }).connect();
  const db = client.db('crash');
  let count = 0;
  const acknowledge = (): void => {
    kill((count += 1));
  };
  async function writer(id: number): Promise<void> {
    const versions = db.collection<{ _id: number } & Document>('versions');
    for (let i = 0; ; i += 1) {
      const key = `${String(round)}-${String(id)}-${String(i)}`;
      await db.collection<{ _id: string } & Document>('inserted').insertOne({ _id: key, check: `${key}!` });
      known.inserted.add(key);
      acknowledge();
      const version = (known.versions.get(id) ?? 0) + 1;
      await versions.updateOne({ _id: id }, { $set: { version, page: page(version) } }, { upsert: true });
      known.versions.set(id, version);
      acknowledge();
    }
  }
  async function transfers(): Promise<void> {
    const accounts = db.collection<{ _id: string } & Document>('accounts');
    for (;;) {
      await client.withSession(async (session) => {
        session.startTransaction();
        await accounts.updateOne({ _id: 'from' }, { $inc: { n: -1 } }, { upsert: true, session });
        await accounts.updateOne({ _id: 'to' }, { $inc: { n: 1 } }, { upsert: true, session });
        await session.commitTransaction();
      });
      known.transfers += 1;
      acknowledge();
    }
  }
  // Each ends with the error of its broken connection; what it was told before that is what counts.
  await Promise.allSettled([...Array.from({ length: WRITERS }, (_, id) => writer(id)), transfers()]);
  await client.close();
}

async function verify(uri: string, known: Acknowledged): Promise<void> {
  const client = await new MongoClient(uri).connect();
  const db = client.db('crash');
  const inserted = await db.collection<{ _id: string } & Document>('inserted').find().toArray();
  const present = new Set(inserted.map(({ _id }) => _id));
  expect([...known.inserted].filter((key) => !present.has(key))).toEqual([]);
  expect(inserted.filter((doc) => doc['check'] !== `${doc._id}!`)).toEqual([]);
  for (const doc of await db.collection<{ _id: number } & Document>('versions').find().toArray()) {
    const version = Number(doc['version']);
    expect(version).toBeGreaterThanOrEqual(known.versions.get(doc._id) ?? 0);
    expect(doc['page'] === page(version)).toBe(true);
    known.versions.set(doc._id, version);
  }
  const accounts = await db.collection<{ _id: string } & Document>('accounts').find().toArray();
  const amount = (id: string): number => Number(accounts.find(({ _id }) => _id === id)?.['n'] ?? 0);
  expect(amount('to')).toBeGreaterThanOrEqual(known.transfers);
  expect(amount('from') + amount('to')).toBe(0);
  known.transfers = amount('to');
  await client.close();
}

describe('kill -9', () => {
  it('at any moment, compaction included, loses no acknowledged write and leaves none in half', async () => {
    const known: Acknowledged = { inserted: new Set(), versions: new Map(), transfers: 0 };
    let compactions = 0;
    for (const [round, moment] of [40, 700, 3, 350, 900, 111].entries()) {
      const server = start();
      const uri = await listening(server);
      await verify(uri, known);
      await writeUntilKilled(uri, known, round, (count) => {
        if (count === moment) server.child.kill('SIGKILL');
      });
      await server.exit;
      compactions += (await readdir(directory)).filter((name) => name.startsWith('snapshot-')).length;
    }
    const last = start();
    await verify(await listening(last), known);
    expect(known.inserted.size).toBeGreaterThan(0);
    expect(compactions).toBeGreaterThan(0);
  });
});
