import { requestsPerMinuteSetting, trustedProxiesSetting } from './settings';

describe('settings of limits', () => {
  it.each([
    ['0', 0],
    ['10', 10],
    ['6000', 6_000],
    ['9', undefined],
    ['-1', undefined],
    ['10.5', undefined],
    ['many', undefined],
  ])('take %s requests a minute as %s', (text, expected) =>
    expect(requestsPerMinuteSetting().safeParse(text).data).toBe(expected),
  );

  it.each([
    ['1', 1],
    ['0', 0],
    ['127.0.0.1', ['127.0.0.1']],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['1,2', undefined],
    ['10.0.0.0/99', undefined],
    ['proxy.example.com', undefined],
    ['10.0.0.1,', undefined],
  ])('take %s for the proxies as %j', (text, expected) =>
    expect(trustedProxiesSetting().safeParse(text).data).toEqual(expected),
  );
});
