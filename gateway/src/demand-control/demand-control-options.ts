/** Costs and lengths that are allowed and assumed. */
export interface CostBudget {
  /** Highest cost; undefined: any. */
  readonly max: number | undefined;
  /** How long a list is when nothing is said of it; undefined: as for the whole operation. */
  readonly listSize: number | undefined;
}

export interface DemandControlOptions {
  /** Every supergraph, or those that say what something costs. */
  readonly appliesTo: true | 'declared';
  /** `measure`: what is too expensive is told of and answered. */
  readonly mode: 'measure' | 'enforce';
  /** Of whole operations. */
  readonly max: number;
  readonly listSize: number;
  /** Of what goes to one subgraph, where nothing else is said of that subgraph. */
  readonly everySubgraph: CostBudget;
  readonly subgraphs: ReadonlyMap<string, CostBudget>;
  /** Answers say in headers what they cost. */
  readonly exposeHeaders: boolean;
  /** Answers say in their extensions what they cost. */
  readonly exposeExtensions: boolean;
}

/** What holds for one subgraph. */
export const budgetOf = (
  { everySubgraph, subgraphs }: DemandControlOptions,
  subgraph: string,
): CostBudget => {
  const own = subgraphs.get(subgraph);
  return {
    max: own?.max ?? everySubgraph.max,
    listSize: own?.listSize ?? everySubgraph.listSize,
  };
};
