import type { GraphQLError } from 'graphql';
import type { IncomingMessage } from 'node:http';
import type { PolicyDecider } from '../authorization/policy-decider.ts';
import type { Caller } from '../auth/credentials.ts';
import type { Cancellation } from '../cancellation.ts';
import type { DemandControlOptions } from '../demand-control/demand-control-options.ts';
import { executeOperation } from '../execution/execute-operation.ts';
import { toPlainJson } from '../execution/json.ts';
import { setOwn, type JsonObject } from '../execution/own.ts';
import type { PluginRun } from '../plugins/plugin-run.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import { createSender, type SubgraphClient } from '../subgraph-client/create-sender.ts';
import { ReceivedHeaders } from '../subgraph-client/received-headers.ts';
import type { Snapshot } from '../supergraph/snapshot.ts';
import type { OperationResult, RequestJournal } from '../telemetry/request-journal.ts';
import type { Answer, Outcome } from './answer.ts';
import { OperationCost } from './operation-cost.ts';
import { limitRate } from './limit-rate.ts';
import { decideOverrides, type OverrideOptions } from './decide-overrides.ts';
import { checkVariables } from './check-variables.ts';
import { wantsPlan, withPlan, type PlanExposure } from './expose-plan.ts';
import { findOperation, type RunnableOperation } from './find-operation.ts';
import { RequestRefusedError } from './request-refused-error.ts';
import { planForPlugins, refusedByPlugin, sendWithPlugins, withPlugins } from './with-plugins.ts';
import { writeAnswer, type FormatError } from './write-answer.ts';

/** One operation a client asks for. */
export interface OperationRequest {
  readonly snapshot: Snapshot;
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: JsonObject;
  readonly caller: Caller;
  readonly cancellation: Cancellation;
  /** As it came, for who is asking. */
  readonly incoming: IncomingMessage;
  /** Undefined: there are none. */
  readonly plugins: PluginRun | undefined;
  readonly journal: RequestJournal;
  /** Told what the operation is before it runs. */
  readonly onFound?: ((operation: RunnableOperation) => void) | undefined;
}

/** What all requests have in common. */
export interface PipelineOptions {
  readonly client: SubgraphClient;
  /** Most entities that one request to a subgraph asks for. */
  readonly maxEntities: number;
  readonly overrides: OverrideOptions;
  readonly authorization: {
    readonly rejectUnauthorized: boolean;
    readonly requireAuthentication: boolean;
  };
  /** Undefined: nobody decides policies; what they protect stays closed. */
  readonly policies: PolicyDecider | undefined;
  /** Undefined: operations may cost what they will. */
  readonly demandControl: DemandControlOptions | undefined;
  /** Undefined: clients may ask as much as they like. */
  readonly rateLimiter: RateLimiter | undefined;
  /** Undefined: nobody is told of plans. */
  readonly planExposure: PlanExposure | undefined;
  /** Headers of clients on which every answer depends. */
  readonly varyBy: readonly string[];
  readonly formatError: FormatError;
}

/** A request's way, stage by stage: find the operation, check its variables, execute it, write the answer. */
export async function answerOperation(request: OperationRequest, options: PipelineOptions): Promise<Answer> {
  const { plugins, journal } = request;
  const outcome =
    plugins === undefined
      ? await run(request, options)
      : await withPlugins(plugins, () => run(request, options));
  const result = resultOf(outcome, journal.operation);
  journal.result = result;
  const { planExposure, formatError } = options;
  const isExposed = planExposure !== undefined && wantsPlan(request, planExposure) !== undefined;
  return writeAnswer(isExposed ? withPlan(outcome, request) : outcome, result, formatError);
}

function resultOf({ data, errors }: Outcome, operation: OperationResult['operation']): OperationResult {
  return {
    operation,
    outcome:
      data === undefined
        ? 'refused'
        : errors.length === 0
          ? 'succeeded'
          : data.length > NULL_LENGTH
            ? 'partial'
            : 'failed',
    errors,
    errorCodes: errors.map(({ extensions: { code = 'INTERNAL_SERVER_ERROR' } }) => String(code)),
  };
}

const NULL_LENGTH = 'null'.length;

async function run(
  request: OperationRequest,
  {
    client,
    maxEntities,
    overrides,
    authorization,
    policies,
    demandControl,
    rateLimiter,
    planExposure,
    varyBy,
  }: PipelineOptions,
): Promise<Outcome> {
  const { snapshot, text, operationName, variables: given, caller, cancellation, plugins, journal } = request;
  if (plugins !== undefined) {
    const { permissions } = caller;
    const refusal = await plugins.onOperation({
      text,
      operationName,
      variables: toPlainJson(given),
      permissions,
    });
    if (refusal !== undefined) return refusedByPlugin(refusal);
  }
  if (authorization.requireAuthentication && !caller.permissions.has('authenticated'))
    return { errors: [unauthenticated()], headers: SIGN_IN };
  const overridden = snapshot.overrideLabels.length === 0 ? NONE : await decideOverrides(request, overrides);
  const find = (permissions: readonly string[]) =>
    findOperation(snapshot, { text, operationName, overridden, permissions }, given);
  const found = find(grantedOf(snapshot, caller.permissions));
  const isKnown = !(found instanceof Promise);
  journal.cache = isKnown ? 'hit' : 'miss';
  let operation = isKnown ? found : await found;
  if (isRefused(operation)) return { errors: operation };
  if (!isKnown) journal.steps = operation.steps;
  journal.operation = identityOf(operation);
  if (operation.compiled.unauthorized.length > 0 && (policies ?? plugins) !== undefined) {
    const granted = await grantedByPolicies(snapshot, caller, policies, plugins);
    if (granted !== undefined) operation = await find(granted);
    if (isRefused(operation)) return { errors: operation };
  }
  request.onFound?.(operation);

  const { compiled, lifted, variableNames } = operation;
  if (authorization.rejectUnauthorized && compiled.unauthorized.length > 0)
    return { errors: compiled.unauthorized.map(refusedWhole) };
  const errors = checkVariables(snapshot.apiSchema, operation, given);
  if (errors.length > 0) return { errors };
  const variables = variableNames.size === 0 ? given : renamed(given, variableNames);

  const { inputCosts: inputs } = snapshot;
  const controlled = demandControl?.appliesTo === true || snapshot.declaresCosts ? demandControl : undefined;
  const costs = controlled ?? rateLimiter?.options.costs;
  const cost =
    costs === undefined || inputs === undefined
      ? undefined
      : new OperationCost(operation, { variables, inputs }, costs, rateLimiter !== undefined);
  journal.cost = cost;
  if (cost !== undefined && cost.refusals.length > 0) return { errors: cost.refusals, ...cost.told };
  if (plugins !== undefined) {
    const refusal = await plugins.onPlan(planForPlugins(operation, cost?.estimated));
    if (refusal !== undefined) return refusedByPlugin(refusal);
  }
  journal.plan = compiled.plan;
  if (planExposure !== undefined && wantsPlan(request, planExposure) === 'only-plan') return { errors: [] };
  const { responseHeaderRules } = client;
  const received = responseHeaderRules && new ReceivedHeaders(responseHeaderRules);
  const direct = createSender({
    client,
    received,
    urls: snapshot.subgraphUrls,
    caller,
    incoming: request.incoming.headers,
    address: request.incoming.socket.remoteAddress ?? '',
    cancellation,
    journal,
  });
  const send = plugins === undefined ? direct : sendWithPlugins(direct, plugins);
  journal.beginExecution();
  const execute = async (): Promise<Outcome> => {
    const execution = await executeOperation(compiled, {
      variables,
      lifted,
      send: cost === undefined ? send : cost.limit(send),
      maxEntities,
      onAnswer: cost?.onAnswer,
    });
    journal.endExecution();
    const outcome = cost === undefined ? execution : { ...execution, ...cost.told };
    return received === undefined
      ? outcome
      : withReceived(outcome, received, request, compiled.isQuery, () => [
          ...varyBy,
          ...received.varyBy(client.headerRules),
        ]);
  };
  return rateLimiter === undefined || cost === undefined
    ? execute()
    : limitRate(rateLimiter, request, cost, execute);
}

/** No cache may keep what is not whole, or what changed something; and what it keeps only for those who would be told the same. */
function withReceived(
  outcome: Outcome,
  received: ReceivedHeaders,
  { caller }: OperationRequest,
  isQuery: boolean,
  varyBy: () => readonly string[],
): Outcome {
  const { errors, valueCompletion = [] } = outcome;
  const mayBeStored = isQuery && errors.length === 0 && valueCompletion.length === 0;
  const headers = received.toHeaders(mayBeStored, caller.key !== '');
  const isStored = headers['cache-control'] !== undefined && headers['cache-control'] !== 'no-store';
  return {
    ...outcome,
    headers: { ...headers, ...(isStored ? { vary: varyBy().join(', ') } : {}), ...outcome.headers },
  };
}

function renamed(given: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const variables: JsonObject = { ...given };
  for (const [name, clients] of names)
    if (Object.hasOwn(given, clients)) setOwn(variables, name, given[clients]);
  return variables;
}

const identityOf = ({ definition, hash, usage }: RunnableOperation): RequestJournal['operation'] => ({
  type: definition.operation,
  name: definition.name?.value,
  hash,
  usage,
});

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2 */
const SIGN_IN = { 'www-authenticate': 'Bearer' };

const unauthenticated = (): RequestRefusedError =>
  new RequestRefusedError('Sign in: this gateway answers nobody it does not know.', {
    code: 'UNAUTHENTICATED',
    status: 401,
  });

const refusedWhole = ({ message, path }: GraphQLError): RequestRefusedError =>
  new RequestRefusedError(message, {
    code: 'UNAUTHORIZED_FIELD_OR_TYPE',
    status: 403,
    ...(path === undefined ? {} : { path }),
  });

const NONE: readonly string[] = [];

/** A supergraph asks for few of all the permissions that a caller may have: only those make another plan. */
const grantedOf = ({ permissions }: Snapshot, granted: ReadonlySet<string>): readonly string[] =>
  permissions.length === 0 ? NONE : permissions.filter((permission) => granted.has(permission));

const POLICY = 'policy:';

/** @returns undefined when policies change nothing. */
async function grantedByPolicies(
  snapshot: Snapshot,
  caller: Caller,
  decider: PolicyDecider | undefined,
  plugins: PluginRun | undefined,
): Promise<readonly string[] | undefined> {
  const asked = snapshot.permissions.filter((permission) => permission.startsWith(POLICY));
  if (asked.length === 0) return undefined;
  const names = asked.map((permission) => permission.slice(POLICY.length));
  const granted = [
    ...((await plugins?.decidePolicies(names)) ?? []),
    ...((await decider?.decide(names, caller)) ?? []),
  ];
  return granted.length === 0
    ? undefined
    : grantedOf(snapshot, new Set([...caller.permissions, ...granted.map((name) => POLICY + name)]));
}

const isRefused = <T>(value: T): value is Extract<T, readonly unknown[]> => Array.isArray(value);
