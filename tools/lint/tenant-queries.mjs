import { ESLintUtils } from '@typescript-eslint/utils';

/** TypeORM's ways to a table, none of which asks whose rows they are. */
const doors = new Set(['EntityManager', 'Repository', 'DataSource', 'QueryRunner']);
const tableMethods =
  /^(find|count|exist|sum|average|minimum|maximum|insert|update|upsert|save|delete|remove|clear|increment|decrement|softDelete|softRemove|createQueryBuilder|getRepository|withRepository)/;

/**
 * Rows are reached through `TenantRepository`, whose every method takes the user first. Options: `ownerless`, names of
 * row classes that are looked up before the user is known; `rawSql`, whether statements are refused too.
 */
export const tenantQueries = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: {
          ownerless: { type: 'array', items: { type: 'string' } },
          rawSql: { type: 'boolean' },
        },
        additionalProperties: false,
      },
    ],
    messages: {
      table: 'Reach rows through TenantRepository: `{{method}}` does not ask whose they are.',
      sql: 'Give statements to TenantRepository.query: it binds the user.',
    },
  },
  defaultOptions: [{ ownerless: [], rawSql: false }],
  create(context, [{ ownerless, rawSql }]) {
    const services = ESLintUtils.getParserServices(context);
    const isDoor = (node) => doors.has(services.getTypeAtLocation(node).symbol?.name);
    return {
      'CallExpression[callee.type="MemberExpression"]'({ callee, arguments: [target] }) {
        const method = callee.property.name ?? callee.property.value;
        const isTable = tableMethods.test(method);
        if (!isTable && !(rawSql && method === 'query')) return;
        if (target?.type === 'Identifier' && ownerless?.includes(target.name)) return;
        if (!isDoor(callee.object)) return;
        context.report({ node: callee.property, messageId: isTable ? 'table' : 'sql', data: { method } });
      },
    };
  },
});
