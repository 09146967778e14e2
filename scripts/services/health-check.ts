import type { Service } from './services.ts';

/**
 * The check of a container, by the shell. Exit code 0 when the service answers on /livez: it has started, since it listens
 * last, and it is not stuck. Not /readyz: ECS makes anew what is unhealthy, and a store that is away would take with it every
 * task that waits for it.
 */
export const healthCheck = ({ port }: Pick<Service, 'port'>): string => `#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/\${PORT:-${port}}" || exit 1
printf 'GET /livez HTTP/1.1\\r\\nhost: 127.0.0.1\\r\\nconnection: close\\r\\n\\r\\n' >&3
read -r _ status _ <&3
[ "$status" = 200 ]
`;
