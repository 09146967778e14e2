import { describe, expect, it } from '@jest/globals';
import { DemandControl, demandControlOptions } from './demand-control-yaml.ts';

const options = (yaml: unknown) => demandControlOptions(DemandControl.parse(yaml));

describe('demand_control', () => {
  it('is enforced where the supergraph says what something costs', () => {
    expect(options({})).toEqual({
      appliesTo: 'declared',
      mode: 'enforce',
      max: 10_000,
      listSize: 10,
      everySubgraph: { max: undefined, listSize: undefined },
      subgraphs: new Map(),
      exposeHeaders: false,
      exposeExtensions: false,
    });
  });

  it('can be switched off, and on for every supergraph', () => {
    expect(options({ enabled: false })).toBeUndefined();
    expect(options({ enabled: true })).toMatchObject({ appliesTo: true });
  });

  it('takes every option', () => {
    const subgraph = { all: { max: 5, list_size: 6 }, subgraphs: { reviews: { max: 7 } } };

    expect(
      options({
        mode: 'measure',
        strategy: { static_estimated: { max: 3, list_size: 4, subgraph } },
        expose_headers: true,
        expose_extensions: true,
      }),
    ).toEqual({
      appliesTo: 'declared',
      mode: 'measure',
      max: 3,
      listSize: 4,
      everySubgraph: { max: 5, listSize: 6 },
      subgraphs: new Map([['reviews', { max: 7, listSize: undefined }]]),
      exposeHeaders: true,
      exposeExtensions: true,
    });
  });
});
