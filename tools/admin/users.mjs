import { allOf, table, UsageError } from './operator.mjs';

export const usersUsage = `users create NAME [--plan PLAN] [--minutes N]   make a user; without --plan on plan_free
users list                                      show all users
users set-plan USER_ID PLAN [--minutes N|none]  put a user on another plan
  PLAN: plan_free (60 minutes a month; no numbers can be bought), plan_developer (1000),
        plan_enterprise and plan_unlimited (no limit). --minutes: a limit of the user's own, before the plan's.`;

const heads = ['ID', 'NAME', 'PLAN', 'MINUTES', 'CREATED'];
const rowOf = (user) => [
  user.id,
  user.name,
  user.plan_type,
  user.monthly_usage_limit_minutes ?? "the plan's",
  user.created_at,
];

export const userCommands = {
  create: {
    options: { plan: { type: 'string' }, minutes: { type: 'string' } },
    names: ['NAME'],
    async run({ call, print, values, positionals: [name] }) {
      const user = await call('POST', 'users/create', {
        name,
        ...(values.plan && { plan_type: values.plan }),
        ...minutesOf(values),
      });
      print(table(heads, [rowOf(user)]));
    },
  },
  list: {
    options: {},
    names: [],
    async run({ call, print }) {
      print(table(heads, (await allOf(call, 'users/list')).map(rowOf)));
    },
  },
  'set-plan': {
    options: { minutes: { type: 'string' } },
    names: ['USER_ID', 'PLAN'],
    async run({ call, print, values, positionals: [id, plan] }) {
      const user = await call('POST', `users/update?id=${encodeURIComponent(id)}`, {
        plan_type: plan,
        ...minutesOf(values),
      });
      print(table(heads, [rowOf(user)]));
    },
  },
};

function minutesOf({ minutes }) {
  if (minutes === undefined) return {};
  if (minutes === 'none') return { monthly_usage_limit_minutes: null };
  if (!/^\d{1,9}$/.test(minutes)) throw new UsageError('--minutes takes a whole number, or none');
  return { monthly_usage_limit_minutes: Number(minutes) };
}
