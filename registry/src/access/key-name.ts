import { BadUserInputError } from '@tributary/service-kit';

export const MAX_KEY_NAME = 100;

/** @throws BadUserInputError when no key can have the name. */
export function assertKeyName(name: string): void {
  if (name.trim() === '' || name.length > MAX_KEY_NAME)
    throw new BadUserInputError(`A key is named by 1 to ${MAX_KEY_NAME} characters.`);
}
