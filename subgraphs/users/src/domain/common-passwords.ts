import { dictionary } from '@zxcvbn-ts/language-common';

/**
 * The 49,000 passwords that leaks hold most often, the most frequent first; lower case. The package carries the list, so
 * nothing is asked over the network.
 */
let ranks: ReadonlyMap<string, number> | undefined;

/** How many passwords are tried before this one by whoever tries the most frequent first; undefined: it is not listed. */
export function rankOf(password: string): number | undefined {
  ranks ??= new Map(dictionary['passwords-common'].map((listed, index) => [listed, index + 1]));
  return ranks.get(password);
}
