import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseRecord, type ReadRecord } from './catalogue-record.ts';
import { readCsvRecords } from './csv-records.ts';

export type FileFormat = 'csv' | 'jsonl';

/** The format of a file by its name; undefined for another one. */
export function formatOf(path: string): FileFormat | undefined {
  return /\.(csv|jsonl)$/.exec(path)?.[1] as FileFormat | undefined;
}

/** The products of a file, one at a time. */
export async function* readRecords(path: string, format: FileFormat): AsyncGenerator<ReadRecord> {
  const stream = createReadStream(path, { encoding: 'utf8' });
  if (format === 'csv') {
    yield* readCsvRecords(stream as AsyncIterable<string>);
    return;
  }
  let line = 0;
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() !== '') yield parseLine(line, text);
  }
}

function parseLine(line: number, text: string): ReadRecord {
  try {
    return parseRecord(line, JSON.parse(text));
  } catch {
    return { line, problems: [{ line, field: '', code: 'INVALID', message: 'This is not valid JSON.' }] };
  }
}
