const json = 'application/json';

/** Bodies that are none, or that no schema speaks of. */
export const hostileBodies: readonly { readonly type: string; readonly body: string | Buffer }[] = [
  { type: json, body: '' },
  { type: json, body: '{' },
  { type: json, body: '{"type":"voice_azure","voice_name":"x","pitch":1e400}' },
  { type: json, body: '['.repeat(20_000) },
  { type: json, body: `{"prompt":${'['.repeat(5_000)}${']'.repeat(5_000)}}` },
  { type: json, body: '{"__proto__":{"type":"action_dtmf"},"constructor":{"prototype":{"x":1}}}' },
  { type: json, body: Buffer.from([0x22, 0xff, 0xfe, 0x22]) },
  { type: json, body: '"\\ud800"' },
  { type: json, body: JSON.stringify({ prompt: 'x'.repeat(600_000) }) },
  { type: json, body: JSON.stringify({ actions: Array<number>(100_000).fill(0) }) },
  { type: json, body: '7' },
  { type: 'application/x-www-form-urlencoded', body: 'type=action_dtmf' },
  { type: 'multipart/form-data; boundary=x', body: '--x--' },
  { type: 'text/plain', body: '{}' },
  { type: 'application/xml', body: '<x/>' },
  { type: 'application/json; charset=utf-16', body: '{}' },
  { type: 'garbage', body: '{}' },
];
