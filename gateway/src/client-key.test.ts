import { describe, expect, it } from '@jest/globals';
import { clientKey, type AskingClient, type KeySource } from './client-key.ts';

const CLIENT: AskingClient = {
  headers: { 'x-api-key': 'k1', 'x-forwarded-for': '6.6.6.6, 1.1.1.1, 2.2.2.2' },
  address: '10.0.0.1',
  claims: { sub: 'ada', iss: 'https://a.example', level: 7, roles: ['x'], empty: '' },
};
const claim = (name: string): KeySource => ({ from: 'claim', name });
const header = (name: string): KeySource => ({ from: 'header', name });
const IP: KeySource = { from: 'ip' };

describe('the client that a request counts for', () => {
  it.each<[string, KeySource[], number, string]>([
    ['a claim', [claim('sub')], 0, 'ada'],
    ['a claim that is a number', [claim('level')], 0, '7'],
    ['a header', [header('x-api-key')], 0, 'k1'],
    ['the address', [IP], 0, '10.0.0.1'],
    ['the first that there is', [claim('azp'), header('x-other'), header('x-api-key'), IP], 0, 'k1'],
    ['nothing that is empty or a list', [claim('roles'), claim('empty'), header('x-api-key')], 0, 'k1'],
    ['the address when nothing else is there', [claim('azp')], 0, '10.0.0.1'],
    ['what the one trusted proxy saw', [IP], 1, '2.2.2.2'],
    ['what the outer of two trusted proxies saw', [IP], 2, '1.1.1.1'],
    ['the connection where fewer proxies wrote than are trusted', [IP], 4, '10.0.0.1'],
  ])('is told by %s', (_what, keySources, trustedProxies, value) => {
    expect(clientKey(CLIENT, { keySources, trustedProxies }).value).toBe(value);
  });

  const nameOf = (source: KeySource, client: AskingClient): string =>
    clientKey(client, { keySources: [source], trustedProxies: 0 }).name;

  it('is another with another issuer, and another by another source', () => {
    const other = { ...CLIENT, claims: { ...CLIENT.claims, iss: 'https://b.example' } };

    expect(nameOf(claim('sub'), other)).not.toBe(nameOf(claim('sub'), CLIENT));
    const posing = { ...CLIENT, headers: { 'x-api-key': '10.0.0.1' } };
    expect(nameOf(header('x-api-key'), posing)).not.toBe(nameOf(IP, CLIENT));
  });

  it('has a short name, however long what it sends', () => {
    const long = (end: string) => ({ ...CLIENT, headers: { 'x-api-key': `${'k'.repeat(10_000)}${end}` } });

    expect(nameOf(header('x-api-key'), long('1')).length).toBeLessThan(100);
    expect(nameOf(header('x-api-key'), long('1'))).not.toBe(nameOf(header('x-api-key'), long('2')));
  });
});
