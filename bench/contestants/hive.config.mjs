/** Hive Gateway: callers' authorization passed on; sharing of whole requests, off by default, as its makers measure it. */
export const gatewayConfig = {
  logging: 'warn',
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => {
      const authorization = request.headers.get('authorization');
      return authorization === null ? undefined : { authorization };
    },
  },
  inboundInflightRequestDeduplication: process.env.SHARING === '1',
};
