import fc from 'fast-check';
import { signedRequest } from './action-request';
import { pythonJson } from './python-json';

describe('pythonJson', () => {
  // Right side: what Python 3.11's json.dumps wrote of the same value.
  it.each<[unknown, string]>([
    ['plain', '"plain"'],
    ['tab\tnl\ncr\rbs\bff\f"\\/', String.raw`"tab\tnl\ncr\rbs\bff\f\"\\/"`],
    ['\u0000\u001f\u007f\u0080', String.raw`"\u0000\u001f\u007f\u0080"`],
    ['é ü 日本', String.raw`"\u00e9 \u00fc \u65e5\u672c"`],
    ['😀 \u{10ffff}', String.raw`"\ud83d\ude00 \udbff\udfff"`],
    ['\ud800', String.raw`"\ud800"`],
    ['\u2028', String.raw`"\u2028"`],
    [0, '0'],
    [-1, '-1'],
    [9007199254740991, '9007199254740991'],
    [1.5, '1.5'],
    [-0.25, '-0.25'],
    [-0, '-0.0'],
    [0.1 + 0.2, '0.30000000000000004'],
    [0.0001, '0.0001'],
    [0.00012345, '0.00012345'],
    [0.00001, '1e-05'],
    [-2.5e-7, '-2.5e-07'],
    [1e-10, '1e-10'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [1e21, '1e+21'],
    [1.5e300, '1.5e+300'],
    [123456789.125, '123456789.125'],
    [true, 'true'],
    [null, 'null'],
    [[], '[]'],
    [{}, '{}'],
    [[1, [2, []]], '[1, [2, []]]'],
    [{ a: { b: [null, true] }, '': '' }, '{"a": {"b": [null, true]}, "": ""}'],
  ])('writes %j as Python does', (value, expected) => {
    expect(pythonJson(value)).toBe(expected);
  });

  it('loses nothing, and never leaves printable ASCII', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }), (value) => {
        const written = pythonJson(value);
        expect(written).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.parse(written)).toEqual(value);
      }),
    );
  });

  it.each([undefined, Number.NaN, Infinity, 1n, () => 1])('refuses %s', (value) => {
    expect(() => pythonJson({ value })).toThrow(TypeError);
  });
});

describe('signedRequest', () => {
  it('has the bytes and the signature that the documented verifier in Python computes', () => {
    const { body, headers } = signedRequest(
      { length: '30m', time: '10:30am', note: 'é 😀' },
      '01890000-0000-7000-8000-000000000001',
      'MX/9/+iblnUoAAM2Jft8sgeY1bevJvuih2nr7XKPHIY=',
    );
    expect(body.toString()).toBe(
      String.raw`{"payload": {"length": "30m", "time": "10:30am", "note": "\u00e9 \ud83d\ude00"}, "call_id": "01890000-0000-7000-8000-000000000001"}`,
    );
    expect(headers).toEqual({
      accept: 'application/json',
      'content-type': 'application/json',
      'x-vocode-signature': 'RTaTVF7VKkH4Bm55aS8ZpKs5psrEyMMvQI9+U32M0Z8=',
    });
  });
});
