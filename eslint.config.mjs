import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { tenantQueries } from './tools/lint/tenant-queries.mjs';

const rulesLibraries = ['kernel', 'audio', 'conversation', 'calls', 'deliveries'];
const specs = [
  '**/*.spec.ts',
  '**/*.int-spec.ts',
  '**/*.e2e-spec.ts',
  '**/testing/**/*.ts',
  'libs/testing/**/*.ts',
];

/** Who may import whom. `type:` says what a project is, `lib:`/`app:` name one. */
const boundaries = [
  { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: ['type:kernel'], allowedExternalImports: [] },
  { sourceTag: 'type:rules', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'lib:audio', allowedExternalImports: [] },
  { sourceTag: 'lib:conversation', allowedExternalImports: [] },
  { sourceTag: 'lib:deliveries', allowedExternalImports: [] },
  { sourceTag: 'lib:calls', allowedExternalImports: ['libphonenumber-js', 'libphonenumber-js/*'] },
  {
    sourceTag: 'type:contract',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:contract'],
    allowedExternalImports: ['zod'],
  },
  {
    sourceTag: 'type:adapter',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:rules', 'type:contract', 'type:adapter'],
  },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:rules', 'type:contract', 'type:adapter'],
  },
  { sourceTag: 'type:testing', notDependOnLibsWithTags: ['type:app'] },
  { sourceTag: 'app:media', notDependOnLibsWithTags: ['lib:persistence'] },
  {
    sourceTag: 'app:gateway',
    notDependOnLibsWithTags: ['lib:persistence', 'lib:speech', 'lib:language-models'],
  },
  { sourceTag: 'app:config', notDependOnLibsWithTags: ['lib:telephony', 'lib:speech', 'lib:outbound-http'] },
  {
    sourceTag: 'app:integrations',
    notDependOnLibsWithTags: ['lib:conversation', 'lib:telephony', 'lib:speech', 'lib:audio'],
  },
  { sourceTag: 'app:call-control', notDependOnLibsWithTags: ['lib:audio', 'lib:outbound-http'] },
];

/** Rows that lead to a user, and so are looked up before it is known; and users themselves. */
const ownerless = ['ApiKeyRow', 'UserRow', 'ActiveNumberRow'];

/** Test code may also use `libs/testing` and another library's fakes. */
const boundariesForSpecs = boundaries.map((rule) => ({
  ...rule,
  ...(rule.onlyDependOnLibsWithTags && {
    onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'type:testing'],
  }),
  ...(rule.allowedExternalImports && {
    allowedExternalImports: [...rule.allowedExternalImports, 'fast-check', 'ajv', 'ajv/*', 'ajv-formats'],
  }),
}));

const nxBoundaries = (depConstraints) => [
  'error',
  { enforceBuildableLibDependency: false, allow: [], depConstraints },
];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.cache/**', '.data/**', '.nx/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': nxBoundaries(boundaries),
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-extraneous-class': 'off',
      // Nest declares the types of its options as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
      ],
      eqeqeq: 'error',
    },
  },
  {
    files: rulesLibraries.map((name) => `libs/${name}/src/**/*.ts`),
    ignores: specs,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^node:(?!crypto$)', message: 'A library of rules does no IO.' }] },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Time enters through Clock.' },
        { name: 'setInterval', message: 'Time enters through Clock.' },
        { name: 'process', message: 'A library of rules does no IO.' },
      ],
    },
  },
  {
    files: ['apps/*/src/**/*.ts'],
    ignores: [...specs, '**/migrations/*.ts'],
    plugins: { parley: { rules: { 'tenant-queries': tenantQueries } } },
    rules: { 'parley/tenant-queries': ['error', { ownerless }] },
  },
  {
    files: ['agents', 'connections', 'numbers', 'resources'].map((name) => `apps/config/src/${name}/*.ts`),
    ignores: specs,
    rules: { 'parley/tenant-queries': ['error', { ownerless, rawSql: true }] },
  },
  {
    files: specs,
    rules: {
      '@nx/enforce-module-boundaries': nxBoundaries(boundariesForSpecs),
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
      },
    },
  },
  prettier,
);
