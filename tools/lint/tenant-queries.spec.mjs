import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { checkoutDir } from '../backing/paths.mjs';
import { tenantQueries } from './tenant-queries.mjs';

const filePath = 'tenant-queries-input.ts';
const eslint = new ESLint({
  cwd: checkoutDir,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      plugins: { parley: { rules: { 'tenant-queries': tenantQueries } } },
      languageOptions: {
        parser: tseslint.parser,
        parserOptions: {
          projectService: { allowDefaultProject: [filePath] },
          tsconfigRootDir: checkoutDir,
        },
      },
      rules: { 'parley/tenant-queries': ['error', { ownerless: ['UserRow'], rawSql: true }] },
    },
  ],
});

const declarations = `
  import type { DataSource, EntityManager, Repository } from 'typeorm';
  declare class NumberRow { id: string; userId: string }
  declare class UserRow { id: string }
  declare const database: DataSource;
  declare const transaction: EntityManager;
  declare const numbers: Repository<NumberRow>;
  declare const list: NumberRow[];
`;

async function problemsOf(statement) {
  const [result] = await eslint.lintText(declarations + statement, { filePath });
  return result.messages.map(({ messageId, message }) => messageId ?? message);
}

describe('the lint rule of tenants’ queries', () => {
  for (const [statement, problem] of [
    ['transaction.findOneBy(NumberRow, { id: "1" });', 'table'],
    ['transaction["find"](NumberRow);', 'table'],
    ['database.manager.update(NumberRow, { id: "1" }, {});', 'table'],
    ['transaction.createQueryBuilder();', 'table'],
    ['database.getRepository(NumberRow);', 'table'],
    ['void numbers.count();', 'table'],
    ['database.query("SELECT 1");', 'sql'],
  ]) {
    it(`refuses ${statement}`, async () => {
      assert.deepEqual(await problemsOf(statement), [problem]);
    });
  }

  for (const statement of [
    'transaction.findOneBy(UserRow, { id: "1" });',
    'list.find(({ id }) => id === "1");',
    'new Map<string, string>().delete("1");',
  ]) {
    it(`lets ${statement} be`, async () => {
      assert.deepEqual(await problemsOf(statement), []);
    });
  }
});
