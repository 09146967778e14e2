import { describe, expect, it } from '@jest/globals';
import { writeAccessLog } from './access-log.ts';
import { RequestJournal } from './request-journal.ts';

describe('the line of a request', () => {
  const lineOf = (journal: RequestJournal): Record<string, unknown> => {
    let text = '';
    const write = (line: string): void => {
      text += line;
    };
    writeAccessLog(journal, { begin: () => '{"level":"info"', write, flush: () => Promise.resolve() });
    return JSON.parse(text) as Record<string, unknown>;
  };

  it('adds up what a subgraph was asked, and names it once', () => {
    const journal = new RequestJournal({ method: 'POST', headers: {} }, undefined);
    const ask = (subgraph: string, durationMs: number, failure?: string): void => {
      const entry = journal.beginFetch(subgraph);
      entry.end(200, failure);
      entry.durationMs = durationMs;
    };
    ask('a', 1.0004, 'X');
    ask('b "c"', 0);
    ask('a', 2);
    ask('a', 0.5, 'Y');
    journal.end(200, true);

    expect(lineOf(journal)['subgraphs']).toEqual({
      a: { requests: 3, ms: 3.5, failures: ['X', 'Y'] },
      'b "c"': { requests: 1, ms: 0 },
    });
  });

  it('names no subgraph when none was asked', () => {
    const journal = new RequestJournal({ method: 'GET', headers: {} }, undefined);
    journal.end(400, true);

    expect(lineOf(journal)).toEqual({
      level: 'info',
      'request.id': journal.id,
      'http.request.method': 'GET',
      'http.response.status_code': 400,
      'duration.ms': expect.any(Number),
      msg: 'request',
    });
  });
});
