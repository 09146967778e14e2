import * as z from 'zod';
import type { PlanExposure } from '../pipeline/expose-plan.ts';

/** `expose_query_plan` of gateway.yaml. */
export const ExposeQueryPlan = z.strictObject({
  scopes: z.array(z.string()).default([]).describe('Scopes of an access token; one of them is enough.'),
  secret: z
    .strictObject({
      header: z.string().default('x-query-plan-secret').describe('Header that has it.'),
      value: z
        .string()
        .min(16, 'must have 16 characters or more')
        .describe('What it must be: `${env.QUERY_PLAN_SECRET}`.'),
    })
    .optional()
    .describe('What a caller may send in the place of a scope.'),
});

export const planExposure = ({ scopes, secret }: z.output<typeof ExposeQueryPlan>): PlanExposure => ({
  scopes,
  secret: secret && { ...secret, header: secret.header.toLowerCase() },
});
