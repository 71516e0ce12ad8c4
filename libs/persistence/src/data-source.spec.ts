import { schemaName } from './data-source';

describe('schemaName', () => {
  it('puts the prefix before the name', () => {
    expect(schemaName('', 'calls')).toBe('calls');
    expect(schemaName('parley_', 'calls')).toBe('parley_calls');
  });

  it.each(['Upper_', 'a-b', '1', 'x"; DROP SCHEMA public; --', ' ', 'é', 'a'.repeat(60)])(
    'refuses %p',
    (prefix) => {
      expect(() => schemaName(prefix, 'calls')).toThrow(expect.objectContaining({ code: 'SCHEMA.BAD_NAME' }));
    },
  );
});
