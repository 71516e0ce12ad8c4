import { TwilioHttpClient } from './twilio-http-client';

const path = '/2010-04-01/Accounts/AC1/Calls.json?PageSize=1';

it.each([
  [undefined, `https://api.twilio.com${path}`],
  ['http://127.0.0.1:4010', `http://127.0.0.1:4010${path}`],
  ['http://sandbox.test', `http://sandbox.test${path}`],
  ['https://twilio.parley.svc.cluster.local:8443/', `https://twilio.parley.svc.cluster.local:8443${path}`],
  ['https://vendor.example.com/twilio/', `https://vendor.example.com/twilio${path}`],
])('with base URL %s the SDK’s request goes to %s', async (baseUrl, address) => {
  const client = new TwilioHttpClient(baseUrl, 1_000);
  const urls: unknown[] = [];
  client.axios.defaults.adapter = (config) => {
    urls.push(config.url);
    return Promise.resolve({ status: 200, statusText: 'OK', data: '{}', headers: {}, config });
  };
  await client.request({ method: 'get', uri: `https://api.twilio.com${path}` });
  expect(urls).toEqual([address]);
});
