import tseslint from 'typescript-eslint';

/** Where `console` is the user interface: commands, benchmarks and tests. */
const commandLine = ['apps/healthkit/**', 'bin/**', 'bench/**', 'test/**', '**/*.test.ts'];

/** What is typed like browsers; the journeys read the apps' own texts. */
const webCode = ['apps/resident/src/**/*.{ts,tsx}', 'apps/gate/src/**/*.{ts,tsx}', 'apps/console/src/**/*.{ts,tsx}', 'packages/ui/src/**/*.{ts,tsx}', 'test/journey/*.ts', 'bench/pass.ts', 'bench/pass/*.ts'];

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/dist/**', '**/public/**', 'data/**', 'test-results/**', 'playwright-report/**', '.cache/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeCheckedOnly],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { project: ['tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'] }] }],
      // A cast may fix a literal (`as const`) and nothing else.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // It does not see what a closure changes meanwhile.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `return send(…)` in a row of guards, and async functions that only have to have that type, are fine.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/require-await': 'off',
      // Strings are spread into code points on purpose; a type parameter may be there to name what a caller decides.
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      'no-console': 'error',
      'no-restricted-properties': ['error', {
        object: 'process', property: 'env', message: 'Settings are read once, where a process starts; take them as an argument.',
      }],
    },
  },
  { files: webCode, languageOptions: { parserOptions: { project: ['tsconfig.web.json'], tsconfigRootDir: import.meta.dirname } } },
  {
    // What comes before a page is drawn: typebox's checker alone takes a tenth of what the first load may.
    files: ['apps/resident/src/**/*.{ts,tsx}', 'apps/gate/src/**/*.{ts,tsx}', 'packages/client/src/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [{ name: 'typebox/value', message: 'Use `matches` of packages/api.' }] }] },
  },
  { files: commandLine, rules: { 'no-console': 'off' } },
  {
    files: ['**/main.ts', 'apps/healthkit/src/*.ts', 'bin/**', 'bench/**', 'test/**', '**/*.test.ts', '*.config.ts', 'apps/*/vite.config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], rules: { 'no-unused-vars': 'error', 'no-undef': 'off' } },
);
