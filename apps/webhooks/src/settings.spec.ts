import { loadSettings } from '@parley/observability';
import { webhooksSettings } from './settings';

const load = (over: Record<string, string>) =>
  loadSettings(webhooksSettings, {
    NATS_URL: 'nats://127.0.0.1:4222',
    DATABASE_URL: 'postgres://u:p@127.0.0.1/db',
    ...over,
  });

describe('webhooksSettings', () => {
  it('reads the allowed hosts, none by default', () => {
    expect(load({})).toMatchObject({ WEBHOOK_ALLOWED_HOSTS: [], WEBHOOK_RETRY_SCALE: 1 });
    expect(load({ WEBHOOK_ALLOWED_HOSTS: '127.0.0.1:80, [::1]:9,' }).WEBHOOK_ALLOWED_HOSTS).toEqual([
      '127.0.0.1:80',
      '[::1]:9',
    ]);
  });

  it.each([
    { WEBHOOK_ALLOWED_HOSTS: 'localhost' },
    { WEBHOOK_ALLOWED_HOSTS: 'http://localhost:80' },
    { WEBHOOK_RETRY_SCALE: '0' },
    { WEBHOOK_RETRY_SCALE: '2' },
    { WEBHOOK_RETRY_SCALE: 'fast' },
  ])('refuses %p', (over) => expect(() => load(over)).toThrow(/is wrong/));
});
