/**
 * RFC 4180: fields in quotes may hold commas, quotes (doubled) and line breaks.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */

export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** The file cannot be split into fields. */
export class CsvSyntaxError extends Error {
  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
  }
}

/** Splits a stream of text into rows, holding one row at a time. Empty lines are skipped. */
export async function* readCsv(chunks: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  let fields: string[] = [];
  let field = '';
  // A quote inside quotes ends them or is the first of two: the next character tells.
  let state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
  let line = 1;
  let begin = 1;
  const endField = (): void => {
    fields.push(field);
    field = '';
    state = 'start';
  };
  for await (const chunk of chunks) {
    for (const character of chunk) {
      if (state === 'quoted') {
        if (character === '"') state = 'quote';
        else field += character;
        if (character === '\n') line += 1;
      } else if (character === '"') {
        if (state === 'plain') throw new CsvSyntaxError(line, 'a quote stands in a field without quotes');
        if (state === 'quote') field += '"';
        state = 'quoted';
      } else if (character === ',') {
        endField();
      } else if (character === '\n') {
        endField();
        if (fields.length > 1 || fields[0] !== '') yield { line: begin, fields };
        fields = [];
        line += 1;
        begin = line;
      } else if (character !== '\r') {
        if (state === 'quote') throw new CsvSyntaxError(line, 'text follows the quotes of a field');
        state = 'plain';
        field += character;
      }
    }
  }
  if (state === 'quoted') throw new CsvSyntaxError(begin, 'a quote is never closed');
  endField();
  if (fields.length > 1 || fields[0] !== '') yield { line: begin, fields };
}

export function toCsvLine(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`;
}
