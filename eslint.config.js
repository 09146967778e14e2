import js from '@eslint/js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';

/** The stacks have an install of their own; without it none of their types is known. */
const hasDeploy = existsSync(join(import.meta.dirname, 'deploy/node_modules'));

/** Who may read process.env: the one typed configuration of each process, and tools that start processes. */
const readsEnvironment = [
  '**/src/main.ts',
  'scripts/**',
  'e2e/**',
  'tests/**',
  '**/*.test.ts',
  'packages/testkit/**',
  'packages/local-postgres/**',
];

export default tseslint.config(
  {
    ignores: [
      ...['**/node_modules/**', '**/dist/**', '.data/**', 'coverage/**', '**/cdk.out/**'],
      ...(hasDeploy ? [] : ['deploy/**']),
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Template literals with numbers are how messages are written; the rule's default only adds String() noise.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Promise-returning route handlers and event listeners are awaited by the caller that owns the error.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/require-await': 'off',
      // Objects here are made of closures; none uses `this`, so a method taken off its object works.
      '@typescript-eslint/unbound-method': 'off',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Read the environment in main.ts and pass it to loadConfig(env).',
        },
      ],
    },
  },
  {
    // A test asks for fields and knows what it gets: GraphQL answers are `any` there.
    files: ['**/*.test.ts', '**/testing/**', 'packages/testkit/**', 'e2e/**'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: readsEnvironment, rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['scripts/**', 'e2e/containers/**', 'packages/testkit/src/jest/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: { fetch: 'readonly', process: 'readonly', console: 'readonly', URL: 'readonly' },
    },
  },
  {
    files: ['registry/src/pages/assets/**'],
    languageOptions: {
      globals: { document: 'readonly', navigator: 'readonly', setTimeout: 'readonly' },
    },
  },
);
