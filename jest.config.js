/** One configuration, two projects: fast tests beside the code, whole-system tests in e2e/. */
const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '\\.tsx?$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript', tsx: false }, target: 'es2022' }, module: { type: 'es6' } },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/packages/testkit/src/jest/fail-on-console.ts'],
  modulePathIgnorePatterns: ['/dist/', '/\\.data/'],
};

export default {
  maxWorkers: 2,
  // Modules of a test file are not freed with it: past this a worker spends its time collecting garbage.
  workerIdleMemoryLimit: '1GB',
  // A gateway, composition and a planning thread start in many hooks; a busy machine takes its time.
  testTimeout: 240_000,
  globalSetup: '<rootDir>/packages/testkit/src/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testkit/src/jest/global-teardown.mjs',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/packages/**/*.test.ts',
        '<rootDir>/subgraphs/**/*.test.ts',
        '<rootDir>/gateway/**/*.test.ts',
        '<rootDir>/registry/**/*.test.ts',
        '<rootDir>/tests/**/*.test.ts',
      ],
    },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/e2e/**/*.test.ts'] },
  ],
};
