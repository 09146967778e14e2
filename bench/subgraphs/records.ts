/**
 * What the shop sells and what is said about it. The sizes are those of The Guild's federation benchmark
 * (6 users, 9 products, 11 reviews of 140 to 850 characters), the words are ours.
 */
export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthYear: number;
}

export interface ProductRecord {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
}

export interface ReviewRecord {
  readonly id: string;
  readonly upc: string;
  readonly body: string;
}

export const USERS: readonly UserRecord[] = [
  { id: '1', name: 'Maren Oddsdóttir', username: 'oddsdottir', birthYear: 1983 },
  { id: '2', name: 'Tobias Kerr', username: 'tkerr', birthYear: 1990 },
  { id: '3', name: 'Ines Albarracín', username: 'inesalba', birthYear: 1976 },
  { id: '4', name: 'Wale Adebayo', username: 'wale.a', birthYear: 1988 },
  { id: '5', name: 'Noriko Tanabe', username: 'noriko', birthYear: 1969 },
  { id: '6', name: 'Piet van Houten', username: 'vanhouten', birthYear: 2001 },
];

export const PRODUCTS: readonly ProductRecord[] = [
  { upc: '1', name: 'Dining Table', price: 899, weight: 100, inStock: true },
  { upc: '2', name: 'Bookshelf', price: 1299, weight: 1000, inStock: false },
  { upc: '3', name: 'Stool', price: 54, weight: 50, inStock: false },
  { upc: '4', name: 'Reading Lamp', price: 120, weight: 12, inStock: true },
  { upc: '5', name: 'Wool Rug', price: 340, weight: 64, inStock: true },
  { upc: '6', name: 'Wall Clock', price: 75, weight: 9, inStock: false },
  { upc: '7', name: 'Workbench', price: 1450, weight: 820, inStock: true },
  { upc: '8', name: 'Coat Rack', price: 88, weight: 35, inStock: true },
  { upc: '9', name: 'Mirror', price: 210, weight: 77, inStock: false },
];

/** All are by the first user, and the first two are what every user has to show: the answer repeats itself. */
export const REVIEWS: readonly ReviewRecord[] = [
  {
    id: '1',
    upc: '1',
    body: 'Solid oak, and it shows: four of us carried it up two floors and swore at every step. The surface takes hot pans, homework and a cat without complaint. After a year the joints are as tight as on the first day; only the varnish at my usual seat has dulled a little. Guests ask who made it. I would buy it again, with a lift this time.',
  },
  {
    id: '2',
    upc: '1',
    body: 'Bought it for a room that was measured badly, mine. The maker exchanged it for the shorter one, took the old table back and charged for the transport only. "Measure twice", said the driver, and left a folding rule. The table itself: plain, level, no wobble, legs that come off for moving. Five stars for the patience.',
  },
  {
    id: '3',
    upc: '1',
    body: 'We compared six tables over a whole winter. This one won because the boards are real wood all through, not a film on chipboard, and because the edges are rounded where small children run into them. What could be better: the screws are of a kind that nobody has a tool for, the manual shows a different model, and the smell of oil stays for about three weeks with the windows open. None of that matters any more once it stands. Ten people fit around it if two of them like each other.',
  },
  {
    id: '4',
    upc: '1',
    body: 'A table is a table, I thought, until this one came. The grain runs across the middle board like a river seen from above, and visitors start to talk about it before they sit down. It needs oil twice a year: half an hour with a cloth, then a night of rest. Delivery was on the day that was promised, in the hour that was promised, by two people who took their shoes off. The price is high but it is the last table I am going to buy.',
  },
  {
    id: '5',
    upc: '2',
    body: 'Holds eleven metres of books and has not bent yet. The back panel is thin, so fix it to the wall; the anchor in the box is made for concrete, in plaster you want another one. The shelves can be moved in steps of three centimetres, which is fine enough for everything but atlases.',
  },
  {
    id: '6',
    upc: '2',
    body: 'It arrived in nine parcels on three days, and parcel seven went to a neighbour who was away for a fortnight. Once complete it went together in an evening. Good: every board is numbered, and the numbers are true. Bad: the dark finish shows every fingerprint and all of the dust, so that a bookshelf which should look calm looks busy by Wednesday. Good again: customer service sent the lighter fronts for nothing and asked only for a photograph. We have filled it with records instead of books; at roughly four hundred kilograms it stands like a wall. If you rent, think about how you will ever get it out. If you own, put it where the sun does not reach, since the side that faces our window has already turned a shade warmer than the rest, which some of us like and others pretend not to see.',
  },
  {
    id: '7',
    upc: '3',
    body: 'Three legs, so it never wobbles, and light enough for a child to carry to the shelf with the biscuits. Ask me how I know. Two of them stack well.',
  },
  {
    id: '8',
    upc: '3',
    body: 'The seat is lower than the picture suggests: 42 cm. For the kitchen counter that is too low, for taking off boots in the hall it is perfect. So it lives in the hall now, and everybody sits on it for a minute a day.',
  },
  {
    id: '9',
    upc: '4',
    body: 'Warm light, an arm that stays where it is put, a switch you find in the dark. The cable could be half a metre longer. I have read more in this month than in the last year, which may be the lamp or the weather.',
  },
  {
    id: '10',
    upc: '7',
    body: 'Heavy, flat, and the vise closes parallel over its whole width. I planed it once after the first summer, as one should. The drawer is too shallow for planes but right for chisels. My father, who trusts nothing that was not built by himself, asked where I got the plans.',
  },
  {
    id: '11',
    upc: '9',
    body: 'Makes a small room look like two small rooms. The glass is clear to the edge and the frame is sanded properly at the back as well, where nobody looks. Hang it with a friend.',
  },
];
