import { shownInput } from './shown-input';

const body = {
  name: 'x'.repeat(300),
  page: 0,
  api_key: 'canary',
  credentials: 'canary',
  voice: { type: 'other', api_key: 'canary', actions: [{ config: { signature_secret: 'canary' } }] },
  list: Array<number>(500).fill(1),
  smile: `${'x'.repeat(199)}😀`,
};
const shown = (...path: (string | number)[]) => shownInput({ body, query: { id: ['a'] } }, path);

describe('the input that an error shows', () => {
  it.each([
    [['body', 'page'], 0],
    [['query', 'id', 0], 'a'],
    [['body', 'voice', 'type'], 'other'],
    [['body', 'missing', 'deeper'], null],
    [['nowhere'], null],
    [['body', '__proto__'], null],
    [['body', 'page', 'toString'], null],
  ])('at %j is %j', (path, expected) => expect(shown(...path)).toBe(expected));

  it.each([
    [['body', 'api_key']],
    [['body', 'credentials']],
    [['body', 'credentials', 'twilio_account_sid']],
    [['body', 'voice']],
    [['body', 'voice', 'actions', 0]],
  ])('at %j holds no secret', (path) => {
    expect(JSON.stringify(shown(...path))).not.toContain('canary');
    expect(JSON.stringify(shown(...path))).toContain('[secret]');
  });

  it('is cut, never through a character', () => {
    expect(shown('body', 'name')).toBe(`${'x'.repeat(200)}…`);
    expect(shown('body', 'smile')).toBe(`${'x'.repeat(199)}…`);
    expect(String(shown('body', 'list')).length).toBeLessThanOrEqual(201);
  });
});
