/**
 * The deep query: four subgraph requests instead of a general plan's sixteen, entities joined by hand. Asks again only
 * for what the first requests did not bring.
 */
const USERS = '{ users { id username name } }';
const TOP_PRODUCTS = '{ topProducts { upc name price weight } }';
const REVIEWS = `
  query ($users: [_Any!]!, $products: [_Any!]!) {
    users: _entities(representations: $users) { ... on User { reviews { ...Review product { upc reviews { ...Deep } } } } }
    products: _entities(representations: $products) { ... on Product { reviews { ...Deep } } }
  }
  fragment Review on Review { id body }
  fragment Deep on Review { ...Review author { id username reviews { ...Review product { upc } } } }
`;
const STOCK =
  'query ($products: [_Any!]!) { _entities(representations: $products) { ... on Product { inStock shippingEstimate } } }';
const MORE_USERS =
  'query ($users: [_Any!]!) { _entities(representations: $users) { ... on User { id username name } } }';
const MORE_PRODUCTS =
  'query ($products: [_Any!]!) { _entities(representations: $products) { ... on Product { upc name price weight } } }';

export async function answerDeep(ask, authorization) {
  const [{ users }, { topProducts }] = await Promise.all([
    ask('accounts', USERS, undefined, authorization),
    ask('products', TOP_PRODUCTS, undefined, authorization),
  ]);
  const found = await ask(
    'reviews',
    REVIEWS,
    {
      users: users.map(({ id }) => ({ __typename: 'User', id })),
      products: topProducts.map(({ upc }) => ({ __typename: 'Product', upc })),
    },
    authorization,
  );

  const userById = new Map(users.map((user) => [user.id, user]));
  const productByUpc = new Map(topProducts.map((product) => [product.upc, product]));
  const userReviews = found.users.flatMap(({ reviews }) => reviews);
  const deepReviews = [
    ...userReviews.flatMap(({ product }) => product.reviews),
    ...found.products.flatMap(({ reviews }) => reviews),
  ];
  const missingUsers = new Set(deepReviews.map(({ author }) => author.id).filter((id) => !userById.has(id)));
  const missingProducts = new Set(
    [...userReviews, ...deepReviews.flatMap(({ author }) => author.reviews)]
      .map(({ product }) => product.upc)
      .filter((upc) => !productByUpc.has(upc)),
  );
  if (missingUsers.size > 0) {
    const representations = [...missingUsers].map((id) => ({ __typename: 'User', id }));
    const { _entities } = await ask('accounts', MORE_USERS, { users: representations }, authorization);
    for (const user of _entities) userById.set(user.id, user);
  }
  if (missingProducts.size > 0) {
    const representations = [...missingProducts].map((upc) => ({ __typename: 'Product', upc }));
    const { _entities } = await ask('products', MORE_PRODUCTS, { products: representations }, authorization);
    for (const product of _entities) productByUpc.set(product.upc, product);
  }

  const all = [...productByUpc.values()];
  const { _entities: stock } = await ask(
    'inventory',
    STOCK,
    { products: all.map(({ upc, price, weight }) => ({ __typename: 'Product', upc, price, weight })) },
    authorization,
  );
  const product = new Map(
    all.map(({ upc, name, price, weight }, index) => {
      const { inStock, shippingEstimate } = stock[index];
      return [upc, { inStock, name, price, shippingEstimate, upc, weight }];
    }),
  );

  const deepReview = ({ id, body, author }) => ({
    id,
    body,
    author: {
      id: author.id,
      username: author.username,
      name: userById.get(author.id).name,
      reviews: author.reviews.map((review) => ({
        id: review.id,
        body: review.body,
        product: product.get(review.product.upc),
      })),
    },
  });
  return JSON.stringify({
    data: {
      users: users.map(({ id, username, name }, index) => ({
        id,
        username,
        name,
        reviews: found.users[index].reviews.map((review) => ({
          id: review.id,
          body: review.body,
          product: { ...product.get(review.product.upc), reviews: review.product.reviews.map(deepReview) },
        })),
      })),
      topProducts: topProducts.map(({ upc }, index) => ({
        ...product.get(upc),
        reviews: found.products[index].reviews.map(deepReview),
      })),
    },
  });
}
