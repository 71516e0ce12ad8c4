import { callWords, callWordsBinding, withWords } from '@parley/contracts';
import type { CallSpec } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { SecretBox } from '@parley/secrets';

/**
 * The call's snapshot with its words, where they come sealed: of a call that keeps none. They are clear here and only
 * here. Neither is there a record of what was said, so that a call which is taken up again goes on without a memory: the
 * agent asks the caller to go on.
 * @throws CALL.WORDS_LOST when they do not open: the key they were sealed with is gone.
 */
export function withOpenedWords(spec: CallSpec, secrets: SecretBox): CallSpec {
  const { sealed_words: sealed, user_id, call_id } = spec;
  if (sealed === null) return spec;
  const opened = secrets.openIfPossible(sealed, callWordsBinding(user_id, call_id));
  if (opened === null) {
    throw new AppError('internal', 'CALL.WORDS_LOST', "The call's prompt cannot be opened.");
  }
  const words = callWords.parse(JSON.parse(opened));
  return { ...spec, agent: withWords(spec.agent, words), context: words.context };
}
