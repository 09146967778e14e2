import type { Problems } from './catalog-error.ts';
import type { Category, CategoryContent } from './model.ts';
import { readText } from './read-text.ts';
import { CATEGORY_NAME, SLUG } from './text-rules.ts';

/** Deep enough for any shop's menu; a product's path carries every level. */
export const MAX_CATEGORY_DEPTH = 8;

export interface CategoryInput {
  readonly slug: string;
  readonly name: string;
  readonly parentId?: string | null;
}

/** @param parent The category `parentId` names; null when it does not exist. */
export function readCategoryInput(
  problems: Problems,
  input: CategoryInput,
  parent: Category | null,
): CategoryContent {
  const { parentId = null } = input;
  if (parentId !== null && parent === null) {
    problems.add('NOT_FOUND', ['input', 'parentId'], 'There is no such category.');
  }
  return {
    slug: readText(problems, ['input', 'slug'], input.slug, SLUG),
    name: readText(problems, ['input', 'name'], input.name, CATEGORY_NAME),
    parentId,
  };
}
