/** The mutation: one request that writes, one for what another subgraph knows of the product. */
const ADD_REVIEW = `
  mutation ($upc: String!, $body: String!) {
    addReview(upc: $upc, body: $body) { id body author { username } product { upc } }
  }
`;
const PRODUCT =
  'query ($products: [_Any!]!) { _entities(representations: $products) { ... on Product { name price } } }';

export async function answerMutation(ask, authorization, variables) {
  const { addReview } = await ask('reviews', ADD_REVIEW, variables, authorization);
  const { id, body, author, product } = addReview;
  const products = [{ __typename: 'Product', upc: product.upc }];
  const { _entities } = await ask('products', PRODUCT, { products }, authorization);
  const [{ name, price }] = _entities;
  return JSON.stringify({
    data: { addReview: { id, body, author, product: { upc: product.upc, name, price } } },
  });
}
