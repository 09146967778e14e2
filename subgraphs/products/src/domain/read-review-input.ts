import type { Problems } from './catalog-error.ts';
import { reviewIds } from './ids.ts';
import type { Review, ReviewStatus } from './model.ts';
import { readOptionalText } from './read-text.ts';
import { REVIEW_BODY, REVIEW_TITLE } from './text-rules.ts';

export interface ProductReviewCreateInput {
  readonly productId: string;
  readonly rating: number;
  readonly title?: string | null;
  readonly body?: string | null;
}

export function readReviewInput(
  problems: Problems,
  input: ProductReviewCreateInput,
  authorId: string,
  status: ReviewStatus,
  now: Date,
): Review {
  if (input.rating < 1 || input.rating > 5) problems.add('INVALID', ['input', 'rating'], 'Rate from 1 to 5.');
  return {
    id: reviewIds.generate(),
    productId: input.productId,
    authorId,
    rating: input.rating,
    title: readOptionalText(problems, ['input', 'title'], input.title, REVIEW_TITLE),
    body: readOptionalText(problems, ['input', 'body'], input.body, REVIEW_BODY),
    status,
    createdAt: now,
  };
}
