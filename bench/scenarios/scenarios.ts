import { coldStart } from './cold-start.ts';
import { latency } from './latency.ts';
import { createLoadScenario, type LoadScenario } from './load-scenario.ts';
import { memory } from './memory.ts';
import type { Scenario } from './scenario.ts';

const DEEP = 'one query over all four subgraphs, an answer of 88 kB';
const ANOTHER_USER = "every request another user's, whose authorization subgraphs get";

export const LOAD_SCENARIOS: readonly LoadScenario[] = [
  createLoadScenario({
    name: 'deep-header',
    title: 'deep query, every request another user',
    description: `${DEEP}; ${ANOTHER_USER}`,
    workload: 'deep',
    uniqueHeader: true,
  }),
  createLoadScenario({
    name: 'deep',
    title: 'deep query, equal requests',
    description: `${DEEP}; all requests equal, sharing allowed`,
    workload: 'deep',
    uniqueHeader: false,
    sharing: true,
  }),
  createLoadScenario({
    name: 'deep-variable',
    title: 'deep query, every request another variable',
    description: `${DEEP}; every request with another variable for one of its fields`,
    workload: 'deep-variable',
    uniqueHeader: false,
  }),
  createLoadScenario({
    name: 'tiny',
    title: 'one field, equal requests',
    description: 'one field of one subgraph; all requests equal',
    workload: 'tiny',
    uniqueHeader: false,
    inShortTurns: true,
  }),
  createLoadScenario({
    name: 'tiny-header',
    title: 'one field, every request another user',
    description: `one field of one subgraph; ${ANOTHER_USER}`,
    workload: 'tiny',
    uniqueHeader: true,
    inShortTurns: true,
  }),
  createLoadScenario({
    name: 'list',
    title: 'list of 1 MB, equal requests',
    description: 'a list of one megabyte from one subgraph; all requests equal',
    workload: 'list',
    uniqueHeader: false,
  }),
  createLoadScenario({
    name: 'list-header',
    title: 'list of 1 MB, every request another user',
    description: `a list of one megabyte from one subgraph; ${ANOTHER_USER}`,
    workload: 'list',
    uniqueHeader: true,
  }),
  createLoadScenario({
    name: 'mutation',
    title: 'mutation over two subgraphs',
    description: 'a mutation of one subgraph whose answer needs another',
    workload: 'mutation',
    uniqueHeader: false,
    inShortTurns: true,
  }),
  createLoadScenario({
    name: 'distinct',
    title: '200 operations in turn',
    description: '200 different operations in turn',
    workload: 'distinct',
    uniqueHeader: false,
    inShortTurns: true,
  }),
  createLoadScenario({
    name: 'mixed',
    title: 'all of it mixed, every request another user',
    description: `200 different operations, the deep query, one field and the mutation, in turn; ${ANOTHER_USER}`,
    workload: 'mixed',
    uniqueHeader: true,
    inShortTurns: true,
  }),
];

export const SCENARIOS: readonly Scenario[] = [...LOAD_SCENARIOS, coldStart, latency, memory];
