/** `main.ts import` and `main.ts export`. */
import { StartupError } from '@tributary/service-kit';
import { newUuid } from '@tributary/subgraph-kit';
import { appendFile, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { MongoDatabase } from '../store/mongo/database.ts';
import type { LineProblem } from './catalogue-record.ts';
import { exportCatalogue } from './export-catalogue.ts';
import { importCatalogue, NOTHING_IMPORTED, type ImportProgress } from './import-catalogue.ts';
import { formatOf, readRecords, type FileFormat } from './read-records.ts';

export const IMPORT_HELP = `Usage: main.ts import FILE [--dry-run] [--restart] [--report FILE]

Creates and changes products as a file says: .jsonl (JSON Lines) or .csv. See docs/products.md.

  --dry-run      check every line and change nothing, also not where an interrupted import goes on
  --restart      begin at the first line, also after an interruption
  --report FILE  where the refused lines are written, as JSON Lines; without it FILE.report.jsonl,
                 or FILE.dry-run.jsonl of a dry run
  --help         this text

An import that was interrupted goes on where it stopped when it is started again. It ends with exit code 1
when lines were refused.
`;

export const EXPORT_HELP = `Usage: main.ts export FILE

Writes the whole catalogue to a file that import takes: .jsonl (JSON Lines) or .csv. See docs/products.md.
`;

const Checkpoint = z.object({
  importId: z.string(),
  startedAt: z.coerce.date(),
  /** Of the file: another content is another import. */
  size: z.number(),
  modifiedAt: z.number(),
  progress: z.object({
    line: z.number(),
    created: z.number(),
    updated: z.number(),
    unchanged: z.number(),
    refused: z.number(),
  }),
});
type Checkpoint = z.infer<typeof Checkpoint>;

/** Lines of progress go to `print`. Answers the summary. @throws StartupError when lines were refused. */
export async function runImport(
  args: readonly string[],
  database: MongoDatabase,
  mediaBaseUrl: string,
  print: (line: string) => void,
): Promise<string> {
  const { values, positionals } = readArguments(args);
  const { path, format } = readPath(positionals, 'import');
  const dryRun = values['dry-run'];
  const reportPath = values.report ?? `${path}.${dryRun ? 'dry-run' : 'report'}.jsonl`;
  const checkpointPath = `${path}.progress.json`;
  const checkpoint = await loadCheckpoint(path, checkpointPath, dryRun || values.restart);
  // Before anything is written: whoever goes on after an interruption needs the same ids.
  if (!dryRun) await saveCheckpoint(checkpointPath, checkpoint).catch(refuseToWrite(checkpointPath));
  const resumes = checkpoint.progress.line > 0;
  if (resumes) print(`goes on after line ${checkpoint.progress.line}`);
  else await rm(reportPath, { force: true });
  const progress = await importCatalogue({
    collections: database.collections,
    records: readRecords(path, format),
    mediaBaseUrl,
    dryRun,
    importId: checkpoint.importId,
    startedAt: checkpoint.startedAt,
    done: checkpoint.progress,
    onBatch: async (reached, problems) => {
      await report(reportPath, problems);
      for (const { line, field, message } of problems) print(`line ${line}: ${field}: ${message}`);
      if (!dryRun) await saveCheckpoint(checkpointPath, { ...checkpoint, progress: reached });
      print(summaryOf(reached));
    },
  });
  if (!dryRun) await rm(checkpointPath, { force: true });
  const summary = `${dryRun ? 'dry run: ' : ''}${summaryOf(progress)}`;
  if (progress.refused > 0) throw new StartupError(`${summary}; the refused lines are in ${reportPath}`);
  return summary;
}

export async function runExport(
  args: readonly string[],
  { collections }: MongoDatabase,
  mediaBaseUrl: string,
): Promise<string> {
  const { path, format } = readPath(args, 'export');
  const file = await open(path, 'w').catch(refuseToWrite(path));
  try {
    for await (const text of exportCatalogue(collections, format, mediaBaseUrl)) await file.write(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return `wrote ${path}`;
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        restart: { type: 'boolean', default: false },
        report: { type: 'string' },
      },
    });
  } catch (cause) {
    // Node goes on with how to name a file that begins with a dash.
    const [problem = ''] = (cause as Error).message.split('. ');
    throw new StartupError(`${problem}; see --help`, { cause });
  }
}

function readPath(positionals: readonly string[], command: string): { path: string; format: FileFormat } {
  const [path, ...rest] = positionals;
  const format = path === undefined ? undefined : formatOf(path);
  if (path === undefined || rest.length > 0 || format === undefined)
    throw new StartupError(`${command} takes one file, whose name ends in .jsonl or .csv; see --help`);
  return { path, format };
}

const refuseToWrite =
  (path: string) =>
  (cause: NodeJS.ErrnoException): never => {
    throw new StartupError(`${path} cannot be written (${cause.code ?? cause.message}).`, { cause });
  };

const summaryOf = ({ line, created, updated, unchanged, refused }: ImportProgress): string =>
  `line ${line}: ${created} created, ${updated} changed, ${unchanged} unchanged, ${refused} refused`;

async function report(path: string, problems: readonly LineProblem[]): Promise<void> {
  if (problems.length === 0) return;
  await appendFile(path, problems.map((problem) => `${JSON.stringify(problem)}\n`).join(''));
}

/** That of an interrupted import of the same file, or a new one. */
async function loadCheckpoint(path: string, checkpointPath: string, fresh: boolean): Promise<Checkpoint> {
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw new StartupError(`${path} cannot be read.`, { cause });
  });
  if (!fresh) {
    const text = await readFile(checkpointPath, 'utf8').catch(() => undefined);
    const saved = text === undefined ? undefined : Checkpoint.safeParse(JSON.parse(text));
    if (saved?.success === true && saved.data.size === size && saved.data.modifiedAt === mtimeMs)
      return saved.data;
  }
  return {
    importId: newUuid(),
    startedAt: new Date(),
    size,
    modifiedAt: mtimeMs,
    progress: NOTHING_IMPORTED,
  };
}

/** Renamed into place: whatever happens, one of both is whole. */
async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(checkpoint));
  await rename(`${path}.new`, path);
}
