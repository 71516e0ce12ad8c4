import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { signRequest } from './signature';

const params = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
};

it('has the published vectors', () => {
  expect(signRequest('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', params)).toBe(
    'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
  );
  expect(signRequest('12345', 'wss://voice.example.com/media/tok_abc')).toBe('A8s5skBjLz418hRw+iQ0fCEfEVo=');
});

it('is what the official SDK expects, lists too', () => {
  const url = 'https://example.com/x';
  const lists = { ...params, B: ['2', '1', '2'], A: 'ä &' };
  expect(signRequest('t', url, lists)).toBe(getExpectedTwilioSignature('t', url, lists));
});
