import type { AdministrationStore } from './administration-store.ts';
import type { AuditStore } from './audit-store.ts';
import type { AddressStore } from './address-store.ts';
import type { CredentialStore } from './credential-store.ts';
import type { DataExportStore } from './data-export-store.ts';
import type { ErasureStore } from './erasure-store.ts';
import type { EventStore } from './event-store.ts';
import type { LetterStore } from './letter-store.ts';
import type { MfaStore } from './mfa-store.ts';
import type { PasskeyStore } from './passkey-store.ts';
import type { SessionStore } from './session-store.ts';
import type { SigningKeyStore } from './signing-key-store.ts';
import type { ThrottleStore } from './throttle-store.ts';
import type { UserStore } from './user-store.ts';

/** All that this service remembers. */
export interface Stores {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly addresses: AddressStore;
  readonly administration: AdministrationStore;
  readonly audit: AuditStore;
  readonly credentials: CredentialStore;
  readonly dataExports: DataExportStore;
  readonly erasures: ErasureStore;
  readonly events: EventStore;
  readonly letters: LetterStore;
  readonly mfa: MfaStore;
  readonly passkeys: PasskeyStore;
  readonly signingKeys: SigningKeyStore;
  readonly throttles: ThrottleStore;
}
