/**
 * `npm run bench:import -- --folder DIR [--products N] [--kill-at LINE]`: imports a catalogue of N products into the
 * embedded store, both processes of their own, and tells how long it took and how much memory the import had at its
 * peak. With --kill-at it is killed (SIGKILL) once it is beyond that line; run again on the same folder it goes on.
 * Exits 1 unless everything is there exactly once, and when the import needed more memory than documented.
 */
import { spawnService, type SpawnedService } from '@tributary/testkit';
import { MongoClient } from 'mongodb';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { answerHelp, fail, readArguments } from '../../scripts/command-line.ts';
import { categoryIds } from '../../subgraphs/products/src/domain/ids.ts';
import { upsertAttribute } from '../../subgraphs/products/src/store/mongo/attributes.ts';
import { createCategory } from '../../subgraphs/products/src/store/mongo/categories.ts';
import { openMongo } from '../../subgraphs/products/src/store/mongo/database.ts';
import { PRODUCTS_MAIN, startStore } from './start-store.ts';

const LOOK_EVERY_MS = 100;
/** What docs/products.md promises. */
const MEMORY_LIMIT_MIB = 256;
const CATEGORIES = ['shoes', 'bags', 'tents', 'lamps'];
const COLOURS = ['black', 'slate', 'moss', 'sand', 'rust'];
const BRANDS = ['Kestrel', 'Nordlauf', 'Fellrunner', 'Stride & Co'];
/** Of every thousandth product: what is rare must not be looked for among everything else. */
const RARE_BRAND = 'Onsight';
const RARE_COLOUR = 'saffron';

answerHelp(`Imports a catalogue into the embedded store. Usage: npm run bench:import -- --folder DIR [options]

  --folder DIR    where the store and the catalogue are kept, so that an import can go on there
  --products N    of the catalogue (default 100000)
  --kill-at LINE  kill the import (SIGKILL) beyond that line; run again, it goes on
  --help          this text

Exits 1 unless everything is there exactly once, in the memory that is documented.
`);

const { values } = readArguments({
  options: {
    folder: { type: 'string' },
    products: { type: 'string', default: '100000' },
    'kill-at': { type: 'string' },
  },
});
const { folder } = values;
if (folder === undefined) fail('--folder is required: it is kept, so that an import can go on there');
const products = Number(values.products);
const killAt = values['kill-at'] === undefined ? Infinity : Number(values['kill-at']);
const file = join(folder, 'catalogue.jsonl');

/** A product in each line, the same for the same number. */
async function writeCatalogue(): Promise<void> {
  const out = createWriteStream(file);
  for (let n = 0; n < products; n += 1) {
    const amount = 1_000 + (n % 5_000);
    const product = {
      slug: `bulk-${n}`,
      status: 'ACTIVE',
      title: `Bulk product ${n}`,
      brand: n % 1_000 === 0 ? RARE_BRAND : BRANDS[n % BRANDS.length],
      category: CATEGORIES[n % CATEGORIES.length],
      attributes: {
        colour: n % 2_000 === 1 ? RARE_COLOUR : COLOURS[n % COLOURS.length],
        pockets: String(n % 9),
      },
      description: 'A product of a large catalogue, with a text of the usual length.',
      variants: [
        {
          sku: `BULK-${n}`,
          title: 'One size',
          prices: { EUR: amount, USD: amount + 200 },
          onHand: n % 50,
        },
      ],
    };
    if (!out.write(`${JSON.stringify(product)}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** What the products name. */
async function defineAttributesAndCategories(uri: string): Promise<void> {
  const { collections, close } = openMongo(uri);
  try {
    const shared = { unit: null, filterable: true };
    const options = [...COLOURS, RARE_COLOUR];
    await upsertAttribute(collections, {
      ...shared,
      code: 'colour',
      name: 'Colour',
      type: 'OPTION',
      options,
    });
    await upsertAttribute(collections, {
      ...shared,
      code: 'pockets',
      name: 'Pockets',
      type: 'NUMBER',
      options: [],
    });
    for (const slug of CATEGORIES) {
      const id = categoryIds.generate();
      await createCategory(
        collections,
        { id, slug, name: slug, parentId: null, path: [id], version: 1 },
        new Date(),
      );
    }
  } finally {
    await close();
  }
}

const lineReached = async (): Promise<number> => {
  const text = await readFile(`${file}.progress.json`, 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { progress?: { line: number } }).progress?.line ?? 0;
};

/** Highest resident memory of a process so far, in MiB; undefined when it is gone. */
async function peakMemoryMiB({ process: { pid } }: SpawnedService): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kiB = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return kiB === undefined ? undefined : Number(kiB) / 1024;
}

/** @returns Its peak memory in MiB, and whether it came to its end. */
async function runImport(env: Readonly<Record<string, string>>): Promise<{ peak: number; ended: boolean }> {
  const importer = spawnService(PRODUCTS_MAIN, ['import', file], env);
  let peak = 0;
  let running = true;
  void importer.finished.then(() => (running = false));
  // `running` changes elsewhere.
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
  while (running) {
    peak = Math.max(peak, (await peakMemoryMiB(importer)) ?? 0);
    if ((await lineReached()) >= killAt) importer.process.kill('SIGKILL');
    await delay(LOOK_EVERY_MS);
  }
  const { exitCode, output } = await importer.finished;
  if (exitCode !== 0 && exitCode !== null) throw new Error(`the import failed:\n${output.slice(-2_000)}`);
  return { peak, ended: exitCode === 0 };
}

async function countAll(uri: string): Promise<Readonly<Record<string, number>>> {
  const client = new MongoClient(uri, { retryWrites: false });
  try {
    const db = client.db();
    const count = (name: string, filter = {}) => db.collection(name).countDocuments(filter);
    return {
      products: await count('products', { status: 'ACTIVE' }),
      variants: await count('variants'),
      levels: await count('inventory'),
      receipts: await count('stock_movements'),
    };
  } finally {
    await client.close();
  }
}

await mkdir(folder, { recursive: true });
if ((await stat(file).catch(() => undefined)) === undefined) await writeCatalogue();
const store = await startStore(join(folder, 'mongo'));
const env = { MONGODB_URI: store.uri, LOG_LEVEL: 'warn' };
try {
  await defineAttributesAndCategories(store.uri);
  const from = await lineReached();
  const begun = performance.now();
  const { peak, ended } = await runImport(env);
  const seconds = (performance.now() - begun) / 1_000;
  const to = ended ? products : await lineReached();
  process.stdout.write(
    `lines ${from} to ${to} in ${seconds.toFixed(1)} s (${((to - from) / seconds).toFixed(0)}/s), ` +
      `${ended ? 'done' : 'killed'}, peak memory of the import ${peak.toFixed(0)} MiB, load ${loadavg()[0]?.toFixed(1)}\n`,
  );
  if (peak > MEMORY_LIMIT_MIB) process.exitCode = 1;
  if (ended) {
    const counts = await countAll(env.MONGODB_URI);
    process.stdout.write(`${JSON.stringify(counts)}\n`);
    const withStock = Array.from({ length: products }, (_, n) => n % 50).filter(
      (onHand) => onHand > 0,
    ).length;
    const isExact =
      counts['products'] === products &&
      counts['variants'] === products &&
      counts['levels'] === products &&
      counts['receipts'] === withStock;
    if (!isExact) process.exitCode = 1;
  }
} finally {
  await store.stop();
}
