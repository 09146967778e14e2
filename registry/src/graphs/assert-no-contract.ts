import { BadUserInputError } from '@tributary/service-kit';
import type { Contract } from './contract-store.ts';
import { formatGraphRef } from './graph-ref.ts';

/** @throws BadUserInputError: what a contract shows comes from its source and its filter alone. */
export function assertNoContract(contract: Contract | undefined): void {
  if (contract !== undefined)
    throw new BadUserInputError(
      `${formatGraphRef(contract)} is a contract of ${contract.sourceVariant}: change that, or the contract.`,
    );
}
