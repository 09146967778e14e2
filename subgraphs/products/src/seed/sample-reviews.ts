import type { Review } from '../domain/model.ts';
import type { Random } from './random.ts';
import { sampleCustomerIds, sampleIds } from './sample-ids.ts';

const TEXTS: Readonly<Record<number, readonly (readonly [title: string, body: string])[]>> = {
  5: [
    ['Exactly what I hoped for', 'Used every day for a month now and it still looks new.'],
    ['Wonderful', 'Well made down to the last detail. I have ordered a second one.'],
    ['Best I have owned', 'I tried three others before. This one stays.'],
  ],
  4: [
    ['Very good', 'One star less because delivery took a week.'],
    ['Does what it should', 'Good quality for the price. The colour is a little darker than in the picture.'],
    ['Happy with it', 'Takes a few days to get used to, then you do not want to miss it.'],
  ],
  3: [
    ['It is all right', 'Fine, but not as special as the description makes it sound.'],
    ['Mixed', 'Material is good, finish could be better.'],
  ],
  2: [['Not for me', 'Comes out smaller than expected; I sent it back without trouble.']],
  1: [['Disappointed', 'Mine arrived with a scratch. Support was friendly, though.']],
};

/** Most buyers are content: that is how ratings in shops are spread. */
const RATINGS = [5, 5, 5, 5, 4, 4, 4, 3, 3, 2, 1] as const;
const DAY_MS = 86_400_000;

/** Up to eight reviews of one product, each by another sample customer, in the weeks after it came out. */
export function sampleReviews(
  product: { id: string; n: number; createdAt: Date },
  random: Random,
): readonly Review[] {
  const count = random.next() < 0.3 ? 0 : random.between(1, 8);
  return random
    .shuffle(sampleCustomerIds)
    .slice(0, count)
    .map((authorId, index) => {
      const rating = random.pick(RATINGS);
      const [title, body] = random.pick(TEXTS[rating] ?? []);
      const createdAt = new Date(product.createdAt.getTime() + random.between(2 * DAY_MS, 28 * DAY_MS));
      return {
        id: sampleIds.review(createdAt, product.n, index),
        productId: product.id,
        authorId,
        rating,
        title,
        body,
        status: 'PUBLISHED',
        createdAt,
      };
    });
}
