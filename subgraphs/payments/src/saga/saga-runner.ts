import { retryDelayMs } from '../domain/retry-delay.ts';
import { InventoryUnavailableError } from '../inventory/inventory.ts';
import { ProviderRejectedError, ProviderUnavailableError } from '../provider/payment-provider.ts';
import type { SagaState } from '../store/saga-store.ts';
import type { SagaDeps } from './saga-deps.ts';
import { STEPS, type WorkingStep } from './steps.ts';

/** A request the provider calls wrong stays wrong until somebody looks. */
const REJECTED_DELAY_MS = 30_000;

export interface SagaRunner {
  /** Takes turns until the checkout is at rest or has to wait. Rejects when the store fails. */
  run(saga: SagaState): Promise<void>;
  /** The same for a checkout nobody is at; false when it is at rest, not due, or somebody's already. */
  resume(checkoutId: string): Promise<boolean>;
  readonly running: number;
  /** Gives up the calls in flight, as if they had not been answered, and waits until that is written down. */
  stop(): Promise<void>;
}

export function createSagaRunner(deps: SagaDeps): SagaRunner {
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();
  const run = (saga: SagaState): Promise<void> => {
    const work = takeTurns(deps, saga, stopping.signal);
    const settled: Promise<void> = work
      .catch((error: unknown) => {
        // The lease runs out and another turn finds the same state: nothing is lost but time.
        deps.logger.error({ err: error, 'checkout.step': saga.step }, 'a checkout could not be moved on');
      })
      .finally(() => inFlight.delete(settled));
    inFlight.add(settled);
    return work;
  };
  return {
    run,
    resume: async (checkoutId) => {
      const saga = await deps.sagas.claim(checkoutId);
      if (saga === undefined) return false;
      await run(saga);
      return true;
    },
    get running() {
      return inFlight.size;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(inFlight);
    },
  };
}

async function takeTurns(deps: SagaDeps, first: SagaState, stopping: AbortSignal): Promise<void> {
  let saga: SagaState | undefined = first;
  while (saga !== undefined && !stopping.aborted) saga = await takeTurn(deps, saga, stopping);
}

async function takeTurn(
  deps: SagaDeps,
  saga: SagaState,
  stopping: AbortSignal,
): Promise<SagaState | undefined> {
  const { step } = saga;
  if (step === 'RESERVE' || step === 'AWAIT_BUYER' || step === 'DONE') return undefined;
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutOf(step, deps)), stopping]);
  try {
    deps.onCheckpoint(`${step}: before the call`);
    const write = await STEPS[step](deps, saga, signal);
    deps.onCheckpoint(`${step}: after the call`);
    const next = await write();
    deps.onCheckpoint(`${step}: after the commit`);
    return next;
  } catch (error) {
    const delayMs = delayAfter(error, saga.attempts + 1);
    if (delayMs === undefined) throw error;
    const level = error instanceof ProviderRejectedError ? 'error' : 'warn';
    deps.logger[level](
      { err: error, 'checkout.step': step, retryInMs: delayMs },
      'a step of a checkout is tried again',
    );
    await deps.sagas.postpone(saga, delayMs);
    return undefined;
  }
}

function timeoutOf(step: WorkingStep, { timing }: SagaDeps): number {
  const atProvider = step === 'AUTHORIZE' || step === 'AWAIT_ACTION' || step === 'CAPTURE' || step === 'VOID';
  return atProvider ? timing.providerTimeoutMs : timing.inventoryTimeoutMs;
}

/** Undefined for a failure of our own: nothing can be written down about it. */
function delayAfter(error: unknown, attempt: number): number | undefined {
  if (error instanceof ProviderRejectedError) return REJECTED_DELAY_MS;
  const unanswered = error instanceof ProviderUnavailableError || error instanceof InventoryUnavailableError;
  return unanswered ? retryDelayMs(attempt) : undefined;
}
