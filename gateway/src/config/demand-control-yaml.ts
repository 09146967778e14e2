import * as z from 'zod';
import type { CostBudget, DemandControlOptions } from '../demand-control/demand-control-options.ts';
import { count } from './config-values.ts';

const Budget = z.strictObject({
  max: count().optional().describe('Highest estimated cost of what one operation asks of the subgraph.'),
  list_size: count().optional().describe('How long a list is when the schema does not say.'),
});

/** `demand_control` of gateway.yaml. */
export const DemandControl = z.strictObject({
  enabled: z
    .union([z.boolean(), z.literal('declared')], { error: 'must be true, false or declared' })
    .default('declared')
    .describe('Whether costs are estimated; `declared`: when the supergraph has `@cost` or `@listSize`.'),
  mode: z
    .enum(['measure', 'enforce'], { error: 'must be measure or enforce' })
    .default('enforce')
    .describe('`enforce` refuses what is too expensive; `measure` answers it.'),
  strategy: z
    .strictObject({
      static_estimated: z
        .strictObject({
          max: count()
            .default(10_000)
            .describe('Highest estimated cost of an operation. Code `COST_ESTIMATED_TOO_EXPENSIVE`.'),
          list_size: count().default(10).describe('How long a list is when the schema does not say.'),
          subgraph: z
            .strictObject({
              all: Budget.prefault({}).describe('Every subgraph that is not named below.'),
              subgraphs: z.record(z.string(), Budget).default({}).describe('Subgraphs by name.'),
            })
            .prefault({})
            .describe(
              'What may be asked of one subgraph. Beyond it, its fields are null. Code `SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE`.',
            ),
        })
        .prefault({})
        .describe('Costs by the schema and the plan, before anything runs.'),
    })
    .prefault({})
    .describe('How costs are found.'),
  expose_headers: z
    .boolean()
    .default(false)
    .describe('Say in `X-Cost-Estimated`, `X-Cost-Actual` and `X-Cost-Max` what an answer cost.'),
  expose_extensions: z
    .boolean()
    .default(false)
    .describe("Say in the answer's `extensions.cost` what it cost."),
});

/** @returns undefined when operations may cost what they will. */
export const demandControlOptions = (
  yaml: z.output<typeof DemandControl>,
): DemandControlOptions | undefined => (yaml.enabled === false ? undefined : costOptions(yaml, yaml.enabled));

/** Costs are known of every supergraph, and nothing is refused for them. */
export const measuredCosts = (yaml: z.output<typeof DemandControl>): DemandControlOptions =>
  costOptions({ ...yaml, mode: 'measure', expose_headers: false, expose_extensions: false }, true);

function costOptions(
  { mode, strategy: { static_estimated: strategy }, ...exposed }: z.output<typeof DemandControl>,
  appliesTo: DemandControlOptions['appliesTo'],
): DemandControlOptions {
  const budget = ({ max, list_size: listSize }: z.output<typeof Budget>): CostBudget => ({ max, listSize });
  return {
    appliesTo,
    mode,
    max: strategy.max,
    listSize: strategy.list_size,
    everySubgraph: budget(strategy.subgraph.all),
    subgraphs: new Map(
      Object.entries(strategy.subgraph.subgraphs).map(([name, each]) => [name, budget(each)]),
    ),
    exposeHeaders: exposed.expose_headers,
    exposeExtensions: exposed.expose_extensions,
  };
}
