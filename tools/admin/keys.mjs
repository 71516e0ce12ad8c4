import { allOf, table, UsageError } from './operator.mjs';

export const keysUsage = `keys create USER_ID NAME [--scopes read,write] [--expires TIME] [--profile PROFILE] [--limit N]
                              make an API key and print it, this once
keys list [USER_ID]           show the keys of a user, or all
keys revoke KEY_ID            end a key, for good
  --scopes: of read, write, admin. --expires: 2030-01-31, or with a time (2030-01-31T12:00:00Z).
  --profile: latest, sdk-0.0.22, sdk-0.0.15 or seed, the vintage of the API that the key is answered in.
  --limit: requests a minute, in place of the deployment's.`;

const heads = ['ID', 'NAME', 'USER', 'SCOPES', 'PROFILE', 'STATE', 'EXPIRES', 'LAST USED'];
const rowOf = (key) => [
  key.id,
  key.name,
  key.user_id,
  key.scopes.join(','),
  key.profile,
  stateOf(key),
  key.expires_at,
  key.last_used_at,
];

function stateOf({ revoked_at, expires_at }) {
  if (revoked_at !== null) return 'revoked';
  return expires_at !== null && Date.parse(expires_at) <= Date.now() ? 'expired' : 'valid';
}

export const keyCommands = {
  create: {
    options: Object.fromEntries(
      ['scopes', 'expires', 'profile', 'limit'].map((name) => [name, { type: 'string' }]),
    ),
    names: ['USER_ID', 'NAME'],
    async run({ call, print, values, positionals: [userId, name] }) {
      const made = await call('POST', 'keys/create', {
        user_id: userId,
        name,
        ...(values.scopes && { scopes: values.scopes.split(',').map((scope) => scope.trim()) }),
        ...(values.profile && { profile: values.profile }),
        ...(values.expires && { expires_at: timeOf(values.expires) }),
        ...(values.limit && { requests_per_minute: limitOf(values.limit) }),
      });
      print(`${table(heads, [rowOf(made)])}\n\nThe key, which nobody can show again:\n${made.key}`);
    },
  },
  list: {
    options: {},
    names: ['[USER_ID]'],
    async run({ call, print, positionals: [userId] }) {
      const path = userId === undefined ? 'keys/list' : `keys/list?user_id=${encodeURIComponent(userId)}`;
      print(table(heads, (await allOf(call, path)).map(rowOf)));
    },
  },
  revoke: {
    options: {},
    names: ['KEY_ID'],
    async run({ call, print, positionals: [id] }) {
      const key = await call('POST', `keys/revoke?id=${encodeURIComponent(id)}`);
      print(`The key ${key.id} (${key.name}) is revoked.`);
    },
  },
};

function timeOf(text) {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new UsageError('--expires takes a time like 2030-01-31 or 2030-01-31T12:00:00Z');
}

function limitOf(text) {
  if (/^\d{2,8}$/.test(text)) return Number(text);
  throw new UsageError('--limit takes a number of requests a minute, 10 or more');
}
