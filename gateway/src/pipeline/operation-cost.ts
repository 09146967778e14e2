import { actualCost } from '../demand-control/actual-cost.ts';
import type { InputCosts } from '../demand-control/cost-formula.ts';
import { budgetOf, type DemandControlOptions } from '../demand-control/demand-control-options.ts';
import { estimateCost } from '../demand-control/estimate-cost.ts';
import type { ExecutableFetch } from '../execution/executable-plan.ts';
import type { JsonObject } from '../execution/own.ts';
import type { SubgraphAnswer, SubgraphSender } from '../execution/subgraph-sender.ts';
import type { RunnableOperation } from './find-operation.ts';
import { RequestRefusedError } from './request-refused-error.ts';

export type CostResult = 'COST_OK' | 'COST_ESTIMATED_TOO_EXPENSIVE' | 'COST_ACTUAL_TOO_EXPENSIVE';

/** What one operation costs, estimated before it runs and counted while it does. */
export class OperationCost {
  readonly estimated: number;
  /** Why it may not run; empty when it may, or when nothing is enforced. */
  readonly refusals: readonly RequestRefusedError[];
  readonly #options: DemandControlOptions;
  readonly #operation: RunnableOperation;
  readonly #values: { readonly variables: JsonObject; readonly inputs: InputCosts };
  /** Subgraphs that would have to do too much: what they would bring stays null. */
  readonly #tooExpensive: ReadonlyMap<string, NonNullable<SubgraphAnswer['failure']>>;
  readonly #isCounted: boolean;
  #actual = 0;

  /** @param isCounted Whether the actual cost is needed, also where clients are not told. */
  constructor(
    operation: RunnableOperation,
    values: { readonly variables: JsonObject; readonly inputs: InputCosts },
    options: DemandControlOptions,
    isCounted: boolean,
  ) {
    this.#options = options;
    this.#isCounted = isCounted || options.exposeExtensions || options.exposeHeaders;
    this.#operation = operation;
    this.#values = values;
    const { total, bySubgraph, wronglySliced } = estimateCost(operation.costs ?? [], {
      ...values,
      lifted: operation.lifted,
      listSizeOf: (subgraph) => budgetOf(options, subgraph).listSize ?? options.listSize,
    });
    this.estimated = total;
    const isEnforced = options.mode === 'enforce';
    this.#tooExpensive = isEnforced ? subgraphsBeyondBudget(bySubgraph, options) : new Map();
    this.refusals = !isEnforced
      ? []
      : wronglySliced.length > 0
        ? wronglySliced.map(({ coordinate, given }) => refuseSlicing(coordinate, given))
        : total > options.max
          ? [refuseCost(total, options.max)]
          : [];
  }

  /** Sends nothing to a subgraph that would have to do too much. */
  limit(send: SubgraphSender): SubgraphSender {
    if (this.#tooExpensive.size === 0) return send;
    return (question) => {
      const failure = this.#tooExpensive.get(question.subgraph);
      return failure === undefined ? send(question) : Promise.resolve({ data: null, errors: [], failure });
    };
  }

  /** What has been counted so far. */
  get actual(): number {
    return this.#actual;
  }

  /** Counts what a subgraph answered; undefined where nobody wants to know. */
  get onAnswer(): ((fetch: ExecutableFetch, data: JsonObject) => void) | undefined {
    if (!this.#isCounted) return undefined;
    const { costs = [], compiled, lifted } = this.#operation;
    const options = { ...this.#values, lifted, matches: compiled.matches };
    const byFetch = new Map(costs.map((cost) => [`${cost.subgraph} ${cost.document}`, cost]));
    return ({ subgraph, document }, data) => {
      const cost = byFetch.get(`${subgraph} ${document}`);
      if (cost !== undefined) this.#actual += actualCost(cost, data, options);
    };
  }

  /** What the client is told. */
  get told(): {
    readonly extensions?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, string>>;
  } {
    const { exposeExtensions, exposeHeaders, max } = this.#options;
    const cost = {
      estimated: this.estimated,
      actual: this.#actual,
      max,
      result: this.result,
      strategy: 'static_estimated',
    };
    return {
      ...(exposeExtensions ? { extensions: { cost } } : {}),
      ...(exposeHeaders
        ? {
            headers: {
              'x-cost-estimated': String(cost.estimated),
              'x-cost-actual': String(cost.actual),
              'x-cost-max': String(max),
            },
          }
        : {}),
    };
  }

  get result(): CostResult {
    const { max } = this.#options;
    if (this.estimated > max) return 'COST_ESTIMATED_TOO_EXPENSIVE';
    return this.#actual > max ? 'COST_ACTUAL_TOO_EXPENSIVE' : 'COST_OK';
  }
}

const subgraphsBeyondBudget = (bySubgraph: ReadonlyMap<string, number>, options: DemandControlOptions) =>
  new Map(
    [...bySubgraph].flatMap(([subgraph, estimated]) => {
      const { max } = budgetOf(options, subgraph);
      if (max === undefined || estimated <= max) return [];
      const failure = {
        message: `What the operation asks of '${subgraph}' would cost ${estimated}; the limit is ${max}.`,
        extensions: {
          code: 'SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE',
          cost: { subgraph, 'subgraph.estimated': estimated, 'subgraph.max': max },
        },
      };
      return [[subgraph, failure]] as const;
    }),
  );

const refuseCost = (estimated: number, max: number): RequestRefusedError =>
  new RequestRefusedError(
    `The operation would cost ${estimated}; the limit is ${max}. Ask for fewer fields, or for shorter lists.`,
    { code: 'COST_ESTIMATED_TOO_EXPENSIVE', status: 400, extensions: { cost: { estimated, max } } },
  );

const refuseSlicing = (coordinate: string, given: number): RequestRefusedError =>
  new RequestRefusedError(
    `${coordinate} needs exactly one of the arguments that say how long its list is, and has ${given}.`,
    { code: 'COST_INVALID_SLICING_ARGUMENTS', status: 400 },
  );
