import fc from 'fast-check';
import { validateRequest } from 'twilio';
import { isSignedByTwilio, twilioSignature } from './signature';

const authToken = '12345';
const params = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
};
const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';

describe('isSignedByTwilio', () => {
  it.each([
    ['the vendor’s own example', url, params, signature],
    ['the same signed with a port', url, params, 'kvajT1Ptam85bY51eRf/AJRuM3w='],
    ['a URL given with its port', url.replace('.com/', '.com:443/'), params, signature],
    ['a media socket', 'wss://voice.example.com/media/tok_abc', {}, 'A8s5skBjLz418hRw+iQ0fCEfEVo='],
  ])('accepts %s', (_name, signedUrl, signedParams, given) => {
    expect(isSignedByTwilio({ authToken, url: signedUrl, params: signedParams, signature: given })).toBe(
      true,
    );
  });

  it('accepts a socket signed with a slash at its end', () => {
    const given = twilioSignature(authToken, 'wss://voice.example.com/media/tok/', {});
    expect(
      isSignedByTwilio({ authToken, url: 'wss://voice.example.com/media/tok', params: {}, signature: given }),
    ).toBe(true);
  });

  it.each([
    ['another token', { authToken: '12346' }],
    ['no token', { authToken: '' }],
    ['another path', { url: url.replace('myapp', 'myapq') }],
    ['another query', { url: url.replace('bar=2', 'bar=3') }],
    ['another scheme', { url: url.replace('https', 'wss') }],
    ['a parameter more', { params: { ...params, Extra: '', X: '1' } }],
    ['a parameter less', { params: {} }],
    ['a changed parameter', { params: { ...params, To: '+18005551213' } }],
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['a cut signature', { signature: signature.slice(0, -1) }],
    ['a longer signature', { signature: `${signature}=` }],
  ])('refuses %s', (_name, changes) => {
    expect(isSignedByTwilio({ authToken, url, params, signature, ...changes })).toBe(false);
  });

  it('signs what the official SDK accepts, array parameters and odd characters included', () => {
    const value = fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.dictionary(fc.stringMatching(/^[A-Za-z]+$/), value),
        (token, any) => {
          expect(validateRequest(token, twilioSignature(token, url, any), url, any)).toBe(true);
        },
      ),
    );
  });
});
