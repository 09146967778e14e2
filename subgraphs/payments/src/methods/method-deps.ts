import type { Logger } from '@tributary/service-kit';
import type { PaymentProvider } from '../provider/payment-provider.ts';
import type { Timing } from '../saga/timing.ts';
import type { MethodStore } from '../store/method-store.ts';

export interface MethodDeps {
  readonly methods: MethodStore;
  readonly provider: PaymentProvider;
  readonly timing: Timing;
  readonly logger: Logger;
}
