import { readServices, type Service } from '../../scripts/services/services.ts';
import type { Environment } from './environment.ts';

/**
 * The services of an environment: those of services.json, and the sandbox provider only where it is who moves the money.
 * Where it is not, nobody is let through to it or has its address.
 */
export function servicesOf({ paymentProvider }: Environment): readonly Service[] {
  const services = readServices();
  if (paymentProvider === 'sandbox') return services;
  const absent = services.flatMap(({ name, kind }) => (kind === 'sandbox' ? [name] : []));
  return services
    .filter(({ name }) => !absent.includes(name))
    .map((service) => ({
      ...service,
      calls: service.calls.filter((name) => !absent.includes(name)),
      settings: Object.fromEntries(
        Object.entries(service.settings).filter(
          ([, value]) => !URL.canParse(value) || !absent.includes(new URL(value).hostname),
        ),
      ),
    }));
}
