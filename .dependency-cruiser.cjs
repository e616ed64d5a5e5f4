/** The house rules on imports; `bin/importRules.test.ts` shows that each of them bites. */
const purePackages = '^packages/(api|pass|policy|proof|tlog)/src/';
const tests = '[.]test[.]tsx?$|/test[A-Z][A-Za-z]*[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files that import each other in a circle cannot be read or tested one by one.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'pure-packages-do-no-io',
      comment: 'They run in browsers too, and take clock, randomness and bytes as arguments.',
      severity: 'error',
      from: { path: purePackages, pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'packages-know-no-app',
      comment: 'Packages lie under the apps.',
      severity: 'error',
      from: { path: '^packages/', pathNot: tests },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-are-strangers',
      comment: 'An app never imports another app: what they share is a package, what they exchange is on the wire.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'vault-is-closed',
      comment: 'Keys and clear names live in the vault process; nobody else may even have its code at hand.',
      severity: 'error',
      from: { pathNot: '^apps/vault/' },
      to: { path: '^apps/vault/' },
    },
    {
      name: 'capabilities-by-their-index',
      comment: 'A capability of the server uses another one only through that one\'s index.ts.',
      severity: 'error',
      from: { path: '^apps/server/src/([^/]+)/' },
      to: { path: '^apps/server/src/([^/]+)/', pathNot: ['^apps/server/src/$1/', '^apps/server/src/[^/]+/index[.]ts$'] },
    },
    {
      name: 'nothing-unresolved',
      comment: 'A rule cannot judge an import it cannot follow.',
      severity: 'error',
      from: {},
      // Vite answers for what carries a question mark (`?url`).
      to: { couldNotResolve: true, pathNot: '[?]' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|public)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
