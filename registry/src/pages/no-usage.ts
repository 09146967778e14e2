import type { Html } from './html.ts';
import { emptyState } from './parts.ts';
import { reportCommand } from './publish-command.ts';
import type { VariantVisit } from './visit.ts';

/** Nothing was reported in the period. */
export const noUsage = ({ services, ref }: VariantVisit): Html =>
  emptyState(
    'No operation was reported in this time',
    'Gateways and Apollo Server tell here which operations run, when they are configured to. With these variables the gateway of this repository does:',
    reportCommand(services.publicUrl(), ref),
  );
