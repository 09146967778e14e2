import { createRandom } from '../random.ts';

const WORDS =
  'oak birch wool linen steel brass folding narrow tall round quiet warm plain heavy light garden kitchen hall winter summer handmade painted oiled woven'.split(
    ' ',
  );
const ITEMS = 2_600;

/** About a megabyte of JSON with what makes writing it costly: long and short texts, numbers, lists, nulls, nesting. */
export function createCatalogue(): readonly object[] {
  const below = createRandom(20_240_501);
  const words = (count: number): string =>
    Array.from({ length: count }, () => WORDS[below(WORDS.length)]).join(' ');
  return Array.from({ length: ITEMS }, (_, index) => ({
    id: `item-${index + 1}`,
    title: `${words(3)} № ${index + 1}`,
    description: below(10) === 0 ? null : `${words(20)}, called "${words(2)}".\nSeason: ${words(4)}.`,
    price: below(100_000) / 100,
    currency: below(3) === 0 ? 'USD' : 'EUR',
    stock: below(500),
    available: below(5) > 0,
    tags: words(2 + below(3)).split(' '),
    size: below(4) === 0 ? null : { width: below(300), height: below(300), depth: below(300) },
  }));
}
