import { queryFields } from './session-door';

it('keeps what repeats in a query, and shows no key', () => {
  const url = new URL('ws://host/?a=1&b=2&b=3&Ocp-Apim-Subscription-Key=secret');
  expect(queryFields(url)).toEqual({ a: '1', b: ['2', '3'], 'Ocp-Apim-Subscription-Key': '***' });
});
