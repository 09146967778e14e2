export { clientAddress, toNetwork } from './client-network.ts';
export {
  createSubgraph,
  type Subgraph,
  type SubgraphContext,
  type SubgraphOptions,
} from './create-subgraph.ts';
export { loadManyByKey, loadOneByKey, loadPageByKey } from './load-by-key.ts';
export { isCurrency, toDecimal, toMoney, type Money } from './money.ts';
export * from './pagination.ts';
export {
  PERSONAL_DATA_SCOPE,
  personalDataRoute,
  type PersonalDataPage,
  type PersonalDataRouteOptions,
} from './personal-data-route.ts';
export { runPeriodically, type PeriodicWork, type PeriodicWorker } from './run-periodically.ts';
export { isCountryCode, scalars } from './scalars.ts';
export { createSealer, EncryptionKeys, type Sealer } from './sealer.ts';
export { StoreUnavailableError, type StoreProblem } from './store-unavailable-error.ts';
export { textScalar } from './text-scalar.ts';
export { newUuid, typedId, type TypedId } from './typed-id.ts';
export { hasScope, isSelf, requireScope, requireUser, type UserViewer } from './viewer.ts';
