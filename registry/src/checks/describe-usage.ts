import type { AffectedOperation, JudgedChange } from './check-result.ts';

const MAX_OPERATIONS = 3;
const MAX_CLIENTS = 3;

/** A change in one sentence, with who would notice: all that a table in a terminal has room for. */
export function describeJudgedChange({
  description,
  fails,
  isPotentiallyBreaking,
  affected,
}: JudgedChange): string {
  if (affected.length === 0) {
    if (!isPotentiallyBreaking) return description;
    return `${description}; ${fails ? 'no operation was recorded, so nothing says that it is unused' : 'no operation uses it'}`;
  }
  const requests = affected.reduce((sum, each) => sum + each.requests, 0);
  const use = requests === 0 ? 'relied on' : `used ${times(requests)}`;
  return `${description}; ${use} by ${listOf(affected.map(describeOperation), MAX_OPERATIONS)}`;
}

const describeOperation = ({ name, clients, isPersisted }: AffectedOperation): string => {
  const who =
    isPersisted === true
      ? `persisted by ${clients[0]?.name === '' ? 'every client' : (clients[0]?.name ?? '')}`
      : listOf(
          clients.map(
            ({ name: client, version, requests }) => `${nameOfClient(client, version)}: ${requests}`,
          ),
          MAX_CLIENTS,
        );
  return `${name === '' ? 'an operation without a name' : name} (${who})`;
};

export const nameOfClient = (name: string, version: string): string =>
  `${name === '' ? 'a client without a name' : name}${version === '' ? '' : `@${version}`}`;

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const listOf = (all: readonly string[], most: number): string =>
  all.length <= most ? all.join(', ') : `${all.slice(0, most).join(', ')} and ${all.length - most} more`;
