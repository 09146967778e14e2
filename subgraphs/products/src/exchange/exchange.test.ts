import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createTestMongo, spawnService, waitFor, type TestMongo } from '@tributary/testkit';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedProducts } from '../seed/seed-products.ts';
import { toCategoryDocument } from '../store/mongo/categories.ts';
import { openMongo, type MongoDatabase } from '../store/mongo/database.ts';
import { migrateMongo } from '../store/mongo/migrate-mongo.ts';
import { SETUP_TIMEOUT_MS } from '../testing/start-test-products.ts';
import { runExport, runImport } from './commands.ts';
import { CsvSyntaxError, readCsv, toCsvLine } from './csv.ts';

let folder: string;
const open: { readonly mongo: TestMongo; readonly database: MongoDatabase }[] = [];
async function newDatabase(): Promise<MongoDatabase & { readonly uri: string }> {
  const mongo = await createTestMongo();
  const database = openMongo(mongo.uri);
  open.push({ mongo, database });
  await migrateMongo(database, silentLogger());
  return { ...database, uri: mongo.uri };
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'products-exchange-'));
}, SETUP_TIMEOUT_MS);
afterAll(async () => {
  for (const { mongo, database } of open) {
    await database.close();
    await mongo.stop();
  }
  await rm(folder, { recursive: true });
}, SETUP_TIMEOUT_MS);

const MEDIA = 'https://shop.example';
const quiet = (): void => undefined;
const file = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};
const product = (n: number, changes: Readonly<Record<string, unknown>> = {}) => ({
  slug: `product-${n}`,
  title: `Product ${n}`,
  status: 'ACTIVE',
  variants: [{ sku: `SKU-${n}`, title: 'One', prices: { EUR: 100 + n }, onHand: 3 }],
  ...changes,
});
const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('CSV', () => {
  const rowsOf = async (...chunks: readonly string[]) => {
    const rows: unknown[] = [];
    async function* stream(): AsyncGenerator<string> {
      await Promise.resolve();
      yield* chunks;
    }
    for await (const { line, fields } of readCsv(stream())) rows.push([line, ...fields]);
    return rows;
  };

  it('takes quotes, line breaks in quotes and any split into chunks', async () => {
    const text = 'a,"b ""c"", d\ne"\r\n\r\n,"",x\n"last"';
    const expected = [
      [1, 'a', 'b "c", d\ne'],
      [4, '', '', 'x'],
      [5, 'last'],
    ];
    expect(await rowsOf(text)).toEqual(expected);
    expect(await rowsOf(...Array.from(text))).toEqual(expected);
  });

  it('gives back what was written', async () => {
    const fields = ['', 'plain', 'a,b', '"', 'two\nlines', ' '];
    expect(await rowsOf(toCsvLine(fields))).toEqual([[1, ...fields]]);
  });

  it.each(['a"b\n', '"a"b\n', '"never closed'])('refuses %j', async (text) => {
    await expect(rowsOf(text)).rejects.toThrow(CsvSyntaxError);
  });
});

describe('a catalogue', () => {
  it.each(['jsonl', 'csv'])(
    'is the same after an export and an import as %s, and importing it again changes nothing',
    async (format) => {
      const [from, to] = [await newDatabase(), await newDatabase()];
      await seedProducts(from.collections, silentLogger());
      // Categories and definitions are not part of the file: the other shop has them already.
      await to.collections.categories.insertMany(await from.collections.categories.find({}).toArray());
      await to.collections.attributeDefinitions.insertMany(
        await from.collections.attributeDefinitions.find({}).toArray(),
      );
      const [first, second] = [join(folder, `a.${format}`), join(folder, `b.${format}`)];
      await runExport([first], from, MEDIA);
      expect(await runImport(['--dry-run', first], to, MEDIA, quiet)).toContain('240 created');
      expect(await to.collections.products.countDocuments()).toBe(0);
      expect(await runImport([first], to, MEDIA, quiet)).toMatch(
        /240 created, 0 changed, 0 unchanged, 0 refused/,
      );
      await runExport([second], to, MEDIA);
      const lines = (text: string): readonly string[] => text.split('\n').sort();
      const slugsOf = await readFile(second, 'utf8');
      expect(lines(slugsOf)).toEqual(lines(await readFile(first, 'utf8')));
      expect(await runImport([first], to, MEDIA, quiet)).toMatch(
        /0 created, 0 changed, 240 unchanged, 0 refused/,
      );
      expect(await to.collections.products.countDocuments({ pathPending: true })).toBe(0);
      expect(await to.collections.products.countDocuments({ status: 'CREATING' })).toBe(0);
      const [level] = await to.collections.inventory
        .find({ onHand: { $gt: 0 } })
        .limit(1)
        .toArray();
      expect(await to.collections.movements.findOne({ variantId: level?._id ?? '' })).toMatchObject({
        type: 'RECEIPT',
        delta: level?.onHand,
      });
    },
    SETUP_TIMEOUT_MS,
  );

  it('is as it was after its own export is imported, also what was sold beyond its stock', async () => {
    const database = await newDatabase();
    await seedProducts(database.collections, silentLogger());
    await database.collections.inventory.updateMany({}, { $set: { onHand: -2 } });
    const path = join(folder, 'own.jsonl');
    await runExport([path], database, MEDIA);
    expect(await readFile(path, 'utf8')).toContain(`"url":"${MEDIA}/media/`);
    expect(await runImport([path], database, MEDIA, quiet)).toContain('240 unchanged, 0 refused');
    expect(await database.collections.inventory.countDocuments({ onHand: { $ne: -2 } })).toBe(0);
  });

  it('is changed where the file says something else', async () => {
    const database = await newDatabase();
    await runImport(
      [await file('before.jsonl', jsonLines([product(1), product(2)]))],
      database,
      MEDIA,
      quiet,
    );
    await database.collections.inventory.updateMany({}, { $set: { onHand: 1, sellable: 1 } });
    const changed = product(1, {
      title: 'Other',
      variants: [
        { sku: 'SKU-1', title: 'One', prices: { EUR: 7 }, onHand: 99 },
        { sku: 'SKU-1b', title: 'Two', prices: {}, onHand: 5 },
      ],
    });
    const path = await file('after.jsonl', jsonLines([changed, product(2)]));
    expect(await runImport([path], database, MEDIA, quiet)).toMatch(/0 created, 1 changed, 1 unchanged/);
    const stored = await database.collections.products.findOne({ slug: 'product-1' });
    expect(stored).toMatchObject({ title: 'Other', version: 2 });
    const variants = await database.collections.variants.find({ productId: stored?._id ?? '' }).toArray();
    const levels = await database.collections.inventory.find({ productId: stored?._id ?? '' }).toArray();
    expect(variants.map(({ sku }) => sku).sort()).toEqual(['SKU-1', 'SKU-1b']);
    expect(levels.map(({ onHand }) => onHand).sort()).toEqual([1, 5]);
  });

  it('leaves a category with the product that leaves it, in the file that says so', async () => {
    const database = await newDatabase();
    const category = {
      id: 'cat_1',
      slug: 'shoes',
      name: 'Shoes',
      parentId: null,
      path: ['cat_1'],
      version: 1,
    };
    await database.collections.categories.insertOne(toCategoryDocument(category, new Date()));
    const into = await file('into.jsonl', jsonLines([product(1, { category: 'shoes' })]));
    await runImport([into], database, MEDIA, quiet);
    const listed = (): Promise<number> =>
      database.collections.products.countDocuments({ categoryPath: 'cat_1' });
    expect(await listed()).toBe(1);
    const out = await file('out.jsonl', jsonLines([product(1)]));
    expect(await runImport([out], database, MEDIA, quiet)).toContain('1 changed');
    expect(await listed()).toBe(0);
    expect(await runImport([into], database, MEDIA, quiet)).toContain('1 changed');
    expect(await listed()).toBe(1);
  });

  it('is told line by line what is wrong with it, and takes the rest', async () => {
    const database = await newDatabase();
    await runImport([await file('there.jsonl', jsonLines([product(1)]))], database, MEDIA, quiet);
    const path = await file(
      'wrong.jsonl',
      [
        'not json',
        JSON.stringify(product(2, { colour: 'red' })),
        JSON.stringify(product(3, { slug: 'No Slug', title: '', category: 'nowhere' })),
        '',
        JSON.stringify(product(4, { variants: [{ sku: 'SKU-1', title: 'x', prices: { EUR: 1 } }] })),
        JSON.stringify(product(5, { attributes: { unheard: 'x' }, media: [{ url: 'javascript:1' }] })),
        JSON.stringify(product(6, { variants: [{ sku: 'S-6', title: 'x', prices: { EUR: -5 } }] })),
        JSON.stringify(product(7, { variants: [{ sku: 'S-7', title: 'x' }] })),
        JSON.stringify(product(8)),
        JSON.stringify(product(8, { title: 'Twice' })),
        JSON.stringify(product(1, { kind: 'DIGITAL' })),
      ].join('\n'),
    );
    await expect(runImport([path], database, MEDIA, quiet)).rejects.toThrow(
      '1 created, 0 changed, 0 unchanged, 9 refused',
    );
    const report = (await readFile(`${path}.report.jsonl`, 'utf8')).trim().split('\n');
    expect(
      report.map((line) => {
        const problem = JSON.parse(line) as { line: number; field: string; code: string };
        return [problem.line, problem.field, problem.code];
      }),
    ).toEqual([
      [1, '', 'INVALID'],
      [2, '', 'INVALID'],
      [3, 'slug', 'INVALID'],
      [3, 'title', 'REQUIRED'],
      [3, 'category', 'NOT_FOUND'],
      [5, 'variants.0.sku', 'DUPLICATE_SKU'],
      [6, 'media.0.url', 'INVALID'],
      [6, 'attributes.0.code', 'NOT_FOUND'],
      [7, 'variants.0.prices.0.amount', 'INVALID'],
      [8, 'status', 'NOT_PUBLISHABLE'],
      [10, 'slug', 'DUPLICATE_SLUG'],
      [11, 'kind', 'INVALID'],
    ]);
    expect(await database.collections.products.countDocuments()).toBe(2);
    await expect(runImport([await file('odd.csv', 'slug,size\n')], database, MEDIA, quiet)).rejects.toThrow(
      'there is no column size',
    );
  });

  it('is not begun when it is not said, or not possible, where from or where to', async () => {
    const database = await newDatabase();
    for (const args of [[], ['x.txt'], ['a.csv', 'b.csv'], [join(folder, 'missing.csv')]]) {
      await expect(runImport(args, database, MEDIA, quiet)).rejects.toThrow(/takes one file|cannot be read/);
    }
    await expect(runImport(['a.csv', '--bogus'], database, MEDIA, quiet)).rejects.toThrow(
      "Unknown option '--bogus'; see --help",
    );
    const nowhere = join(folder, 'nowhere', 'a.csv');
    await expect(runExport([nowhere], database, MEDIA)).rejects.toThrow(
      `${nowhere} cannot be written (ENOENT).`,
    );
  });

  it('has each slug once: a later line is refused, wherever the batches and runs of its import end', async () => {
    const database = await newDatabase();
    const lines = [...Array.from({ length: 150 }, (_, n) => product(n)), product(0, { title: 'Twice' })];
    const path = await file('twice.jsonl', jsonLines(lines));
    const summary = `line 151: 150 created, 0 changed, 0 unchanged, 1 refused`;
    await expect(runImport([path, '--dry-run'], database, MEDIA, quiet)).rejects.toThrow(summary);
    const killed = (line: string): void => {
      if (line.startsWith('line 100:')) throw new Error('killed');
    };
    await expect(runImport([path], database, MEDIA, killed)).rejects.toThrow('killed');
    await expect(runImport([path], database, MEDIA, quiet)).rejects.toThrow(summary);
    expect(JSON.parse(await readFile(`${path}.report.jsonl`, 'utf8'))).toEqual({
      line: 151,
      field: 'slug',
      code: 'DUPLICATE_SLUG',
      message: 'An earlier line has this slug.',
    });
    expect(await database.collections.products.findOne({ slug: 'product-0' })).toMatchObject({
      title: 'Product 0',
    });
  });

  it('is checked dry while an interrupted import keeps its place and its report', async () => {
    const database = await newDatabase();
    const lines = Array.from({ length: 150 }, (_, n) => product(n, n === 0 ? { title: '' } : {}));
    const path = await file('interrupted.jsonl', jsonLines(lines));
    const products = new Proxy(database.collections.products, {
      get: (object, name) => {
        const method = Reflect.get(object, name) as unknown;
        if (name === 'insertMany') return insertOnce;
        return typeof method === 'function' ? (method.bind(object) as unknown) : method;
      },
    });
    let inserts = 0;
    const insertOnce = (...args: unknown[]): unknown => {
      inserts += 1;
      if (inserts > 1) return Promise.reject(new Error('killed'));
      const { insertMany } = database.collections.products;
      return Reflect.apply(insertMany, database.collections.products, args);
    };
    const dying = { ...database, collections: { ...database.collections, products } };
    await expect(runImport([path], dying, MEDIA, quiet)).rejects.toThrow('killed');
    const kept = () =>
      Promise.all(['progress.json', 'report.jsonl'].map((name) => readFile(`${path}.${name}`, 'utf8')));
    const before = await kept();
    await expect(runImport([path, '--dry-run'], database, MEDIA, quiet)).rejects.toThrow(
      `dry run: line 150: 50 created, 0 changed, 99 unchanged, 1 refused; the refused lines are in ${path}.dry-run.jsonl`,
    );
    expect(await readFile(`${path}.dry-run.jsonl`, 'utf8')).toContain('"field":"title"');
    expect(await kept()).toEqual(before);
    await expect(runImport([path], database, MEDIA, quiet)).rejects.toThrow(
      `line 150: 149 created, 0 changed, 0 unchanged, 1 refused; the refused lines are in ${path}.report.jsonl`,
    );
    await expect(kept()).rejects.toThrow('ENOENT');
    expect(await readFile(`${path}.report.jsonl`, 'utf8')).toBe(before[1]);
  });

  it('is whole after its import was killed and started again', async () => {
    const { collections, uri } = await newDatabase();
    const count = 3_000;
    const path = await file('big.jsonl', jsonLines(Array.from({ length: count }, (_, n) => product(n))));
    const env = { PATH: process.env['PATH'] ?? '', MONGODB_URI: uri };
    const main = 'subgraphs/products/src/main.ts';
    const killed = spawnService(main, ['import', path], env);
    await waitFor(async () => (await stat(`${path}.progress.json`).catch(() => null)) !== null, {
      timeoutMs: 90_000,
    });
    await waitFor(async () => (await collections.variants.countDocuments()) > 300, { timeoutMs: 90_000 });
    killed.process.kill('SIGKILL');
    await killed.finished;
    const before = await collections.products.countDocuments({ status: 'ACTIVE' });
    expect(before).toBeLessThan(count);
    const { exitCode, output } = await spawnService(main, ['import', path], env).finished;
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/goes on after line \d+/),
    });
    expect(output).toMatch(/ 0 refused\n?$/);
    expect(await collections.products.countDocuments({ status: 'ACTIVE' })).toBe(count);
    expect(await collections.products.countDocuments()).toBe(count);
    expect(await collections.variants.countDocuments()).toBe(count);
    expect(await collections.inventory.countDocuments({ onHand: 3, sellable: 3 })).toBe(count);
    expect(await collections.movements.countDocuments({ type: 'RECEIPT', delta: 3 })).toBe(count);
  }, 180_000);
});
