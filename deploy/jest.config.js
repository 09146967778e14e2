import shared from '../jest.config.js';

const [unit] = shared.projects;

export default {
  ...unit,
  displayName: 'deploy',
  testTimeout: 20_000,
  testMatch: ['<rootDir>/deploy/test/**/*.test.ts'],
};
