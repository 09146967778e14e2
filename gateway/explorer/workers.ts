/** Monaco runs its language services in workers; these are built beside the page, so no network is needed. */
const WORKERS: Readonly<Record<string, string>> = {
  json: '/explorer/json.worker.js',
  graphql: '/explorer/graphql.worker.js',
};

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) => new Worker(WORKERS[label] ?? '/explorer/editor.worker.js'),
  },
});
