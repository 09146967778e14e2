import type { ProductsContext } from '../context.ts';
import { catalogError, collectProblems } from '../domain/catalog-error.ts';
import type { Reservation, ReservationRequest } from '../domain/reservation.ts';
import { readReservationInput, readTtl } from '../domain/read-reservation-input.ts';
import { readText } from '../domain/read-text.ts';
import { REASON } from '../domain/text-rules.ts';
import {
  commitReservation,
  extendReservation,
  releaseReservation,
  restockReservation,
  type ChangeReservationOutcome,
} from '../reservations/change-reservation.ts';
import { createReservation, type CreateReservationOutcome } from '../reservations/create-reservation.ts';
import type { ResolverDeps } from './deps.ts';
import { requireReservingService } from './inventory-reservation.ts';
import { insufficientStock, keyReused, reservationState, variantUnavailable } from './stock-errors.ts';

interface ReservationPayload {
  readonly reservation: Reservation | null;
  readonly userErrors: readonly object[];
}

const failed = (...userErrors: readonly object[]): ReservationPayload => ({ reservation: null, userErrors });

export function createReservationMutations(deps: ResolverDeps) {
  /** Every one of these asks for the scope first, and makes what was loaded before it outdated. */
  const guarded =
    <A>(run: (args: A) => Promise<ReservationPayload>) =>
    async (_: unknown, args: A, { viewer, forgetLoaded }: ProductsContext): Promise<ReservationPayload> => {
      requireReservingService(viewer);
      const payload = await run(args);
      forgetLoaded();
      return payload;
    };

  return {
    inventoryReservationCreate: guarded(async ({ input }: { input: ReservationRequest }) => {
      const problems = collectProblems();
      readReservationInput(problems, input);
      if (problems.list.length > 0) return failed(...problems.list);
      return toCreatePayload(input, await createReservation(deps, input));
    }),
    inventoryReservationExtend: guarded(async ({ id, ttlSeconds }: { id: string; ttlSeconds: number }) => {
      const problems = collectProblems();
      readTtl(problems, ['ttlSeconds'], ttlSeconds);
      if (problems.list.length > 0) return failed(...problems.list);
      return toPayload(await extendReservation(deps, id, ttlSeconds));
    }),
    inventoryReservationCommit: guarded(async ({ id }: { id: string }) =>
      toPayload(await commitReservation(deps, id)),
    ),
    inventoryReservationRelease: guarded(async ({ id, reason: given }: { id: string; reason: string }) => {
      const problems = collectProblems();
      const reason = readText(problems, ['reason'], given, REASON);
      if (problems.list.length > 0) return failed(...problems.list);
      return toPayload(await releaseReservation(deps, id, reason));
    }),
    inventoryReservationRestock: guarded(async ({ id }: { id: string }) =>
      toPayload(await restockReservation(deps, id)),
    ),
  };
}

function toCreatePayload(
  { lines }: ReservationRequest,
  outcome: CreateReservationOutcome,
): ReservationPayload {
  const fieldOf = (variantId: string): readonly string[] => [
    'input',
    'lines',
    String(lines.findIndex((line) => line.variantId === variantId)),
  ];
  switch (outcome.kind) {
    case 'reserved':
      return { reservation: outcome.reservation, userErrors: [] };
    case 'unavailable':
      return failed(
        ...outcome.variantIds.map((id) => variantUnavailable([...fieldOf(id), 'variantId'], { id })),
      );
    case 'insufficient':
      return failed(
        ...outcome.shortages.map(({ variantId: id, requested, available }) =>
          insufficientStock([...fieldOf(id), 'quantity'], { id }, requested, available),
        ),
      );
    case 'key-reused':
      return failed(keyReused(['input', 'id']));
    case 'over':
      return {
        reservation: outcome.reservation,
        userErrors: [reservationState(['input', 'id'], outcome.reservation.status)],
      };
    default:
      return outcome satisfies never;
  }
}

function toPayload(outcome: ChangeReservationOutcome): ReservationPayload {
  switch (outcome.kind) {
    case 'done':
      return { reservation: outcome.reservation, userErrors: [] };
    case 'not-found':
      return failed(catalogError('NOT_FOUND', ['id'], 'There is no such reservation.'));
    case 'wrong-state':
      return {
        reservation: outcome.reservation,
        userErrors: [reservationState(['id'], outcome.reservation.status)],
      };
    default:
      return outcome satisfies never;
  }
}
