/** The category forest, by slug: roots, their groups, and the shelves products lie on. */
export interface SampleCategory {
  readonly slug: string;
  readonly name: string;
  readonly children?: readonly SampleCategory[];
}

const category = (slug: string, name: string, ...children: readonly SampleCategory[]): SampleCategory => ({
  slug,
  name,
  children,
});

export const SAMPLE_TREE: readonly SampleCategory[] = [
  category(
    'apparel',
    'Apparel',
    category(
      'footwear',
      'Footwear',
      category('running-shoes', 'Running shoes'),
      category('hiking-boots', 'Hiking boots'),
      category('sneakers', 'Sneakers'),
    ),
    category('clothing', 'Clothing', category('jackets', 'Jackets'), category('shirts', 'Shirts')),
  ),
  category(
    'outdoor',
    'Outdoor',
    category('camping', 'Camping', category('tents', 'Tents'), category('sleeping-bags', 'Sleeping bags')),
    category('carry', 'Carry', category('backpacks', 'Backpacks')),
  ),
  category(
    'home',
    'Home',
    category('kitchen', 'Kitchen', category('cookware', 'Cookware'), category('coffee', 'Coffee')),
    category('living', 'Living', category('lamps', 'Lamps')),
  ),
  category(
    'electronics',
    'Electronics',
    category('audio', 'Audio', category('headphones', 'Headphones'), category('speakers', 'Speakers')),
    category('desk', 'Desk', category('keyboards', 'Keyboards')),
  ),
  category(
    'downloads',
    'Downloads',
    category('reading', 'Reading', category('ebooks', 'E-books')),
    category('sound', 'Sound', category('sample-packs', 'Sample packs')),
  ),
];
