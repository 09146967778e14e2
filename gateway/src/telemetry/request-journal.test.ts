import { expect, it } from '@jest/globals';
import { RequestJournal } from './request-journal.ts';

it('a request whose client has left is over when the last of what it asked subgraphs is, and only then', () => {
  const journal = new RequestJournal({ method: 'POST', headers: {} }, undefined);
  let times = 0;
  journal.onOver = () => {
    times += 1;
  };
  const [first, second] = [journal.beginFetch('a'), journal.beginFetch('b')];

  expect(journal.end(200, false)).toBe(false);
  first.end(200, undefined);
  // What is made of an answer may fail after it has come.
  first.end(200, 'SUBREQUEST_MALFORMED_RESPONSE');
  expect(times).toBe(0);

  second.end(200, undefined);
  expect(times).toBe(1);
  expect(first.failure).toBe('SUBREQUEST_MALFORMED_RESPONSE');
});

it('a request that waits for no subgraph is over when its answer is given', () => {
  const journal = new RequestJournal({ method: 'POST', headers: {} }, undefined);
  journal.beginFetch('a').end(200, undefined);

  expect(journal.end(200, true)).toBe(true);
});
