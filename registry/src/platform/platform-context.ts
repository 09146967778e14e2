import type { Admission } from '../access/admission.ts';
import type { KeyStore } from '../access/key-store.ts';
import type { Viewer } from '../access/viewer.ts';
import type { CheckStore } from '../checks/check-store.ts';
import type { Checker } from '../checks/checker.ts';
import type { Linter } from '../checks/linter.ts';
import type { ContractStore } from '../graphs/contract-store.ts';
import type { GraphStore } from '../graphs/graph-store.ts';
import type { Launcher } from '../graphs/launcher.ts';
import type { PersistedOperationStore } from '../persisted-operations/persisted-operation-store.ts';
import type { SchemaWorkers } from '../schema-work/schema-workers.ts';

export interface PlatformServices {
  readonly admission: Admission;
  readonly graphs: GraphStore;
  readonly contracts: ContractStore;
  readonly launcher: Launcher;
  readonly checker: Checker;
  readonly checks: CheckStore;
  readonly linter: Linter;
  readonly persisted: PersistedOperationStore;
  readonly workers: SchemaWorkers;
  readonly keys: KeyStore;
  /** Where people reach the registry, without a trailing slash. */
  readonly publicUrl: () => string;
  /** Largest schema taken, in bytes. */
  readonly maxSchemaBytes: number;
}

export interface PlatformContext extends PlatformServices {
  /** Undefined: the key is missing or unknown. */
  readonly viewer: Viewer | undefined;
  readonly operationName: string | undefined;
}
