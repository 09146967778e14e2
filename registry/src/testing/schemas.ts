/** Subgraphs that compose with each other. */
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@tag"])\n`;

export const PRODUCTS = `${LINK}
type Query {
  "Every product."
  products: [Product!]!
}

"What can be bought."
type Product @key(fields: "id") {
  id: ID!
  name: String!
  weight: Int
}
`;

export const REVIEWS = `${LINK}
type Query {
  reviews: [Review!]!
}

type Review {
  id: ID!
  text: String
}

type Product @key(fields: "id") {
  id: ID!
  reviews: [Review!]!
}
`;
