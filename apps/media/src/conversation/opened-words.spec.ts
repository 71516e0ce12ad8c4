import { callWordsBinding, withoutWords, wordsOf } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { SecretBox } from '@parley/secrets';
import { testSpec } from '../testing/test-call';
import { withOpenedWords } from './opened-words';

const boxOf = (name: string, byte: number) =>
  SecretBox.fromKeys(`${name}:${Buffer.alloc(32, byte).toString('base64')}`);
const secrets = boxOf('k1', 1);
const spec = testSpec();
const context = { name: 'Ada' };
const sealed = (callId: string) => ({
  ...spec,
  hipaa_compliant: true,
  agent: withoutWords(spec.agent),
  sealed_words: secrets.seal(
    JSON.stringify(wordsOf(spec.agent, context)),
    callWordsBinding(spec.user_id, callId),
  ),
});

test('sealed words come back to where they were', () => {
  expect(withOpenedWords(sealed(spec.call_id), secrets)).toMatchObject({ agent: spec.agent, context });
});

test('a snapshot whose words are not sealed stays as it is', () => {
  expect(withOpenedWords(spec, secrets)).toBe(spec);
});

test('words of another call, or under a key that is gone, do not open', () => {
  const lost = expect.objectContaining({ code: 'CALL.WORDS_LOST' });
  expect(() => withOpenedWords(sealed(newId()), secrets)).toThrow(lost);
  expect(() => withOpenedWords(sealed(spec.call_id), boxOf('k2', 2))).toThrow(lost);
});
