import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { EndedRequests } from './ended-requests.ts';
import { RequestJournal } from './request-journal.ts';

function setUp() {
  const told: string[] = [];
  const ended = new EndedRequests(({ id }) => told.push(id));
  const end = (id: string): void => {
    ended.add(new RequestJournal({ method: 'POST', headers: { 'x-request-id': id } }, undefined));
  };
  return { told, ended, end };
}

describe('requests that are over', () => {
  it('are told of in the order in which they ended, soon after', async () => {
    const { told, end } = setUp();
    end('first');
    end('second');

    expect(told).toEqual([]);
    while (told.length < 2) await sleep(5);
    expect(told).toEqual(['first', 'second']);

    end('third');
    while (told.length < 3) await sleep(5);
    expect(told).toEqual(['first', 'second', 'third']);
  });

  it('are told of at once when many wait', async () => {
    const { told, end } = setUp();
    for (let id = 1; id < 64; id += 1) end(String(id));
    expect(told).toEqual([]);

    end('64');
    end('65');
    expect(told).toHaveLength(64);

    while (told.length < 65) await sleep(5);
    expect(told.at(-1)).toBe('65');
  });

  it('are told of at once when somebody asks, and never twice', async () => {
    const { told, ended, end } = setUp();
    end('first');

    ended.tellAll();
    expect(told).toEqual(['first']);

    await sleep(60);
    ended.tellAll();
    expect(told).toEqual(['first']);
  });
});
