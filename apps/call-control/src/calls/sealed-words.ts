import { callWordsBinding, draftWithoutWords, withoutWords, wordsOf } from '@parley/contracts';
import type { Agent, CallWords, PlaceCall } from '@parley/contracts';
import type { SecretBox } from '@parley/secrets';

type AskedAgent = PlaceCall['agent'];

/** What a call that keeps no words is stored with: its agent without them, and they themselves, sealed. */
export interface SealedCall {
  readonly agent: Agent;
  readonly sealedWords: string;
}

/** The agent as config may store it, and the words that it is not told. */
export function askedWithoutWords(agent: AskedAgent): {
  readonly agent: AskedAgent;
  readonly words: Partial<CallWords>;
} {
  if (typeof agent === 'string') return { agent, words: {} };
  const { draft, words } = draftWithoutWords(agent.params);
  return { agent: { ...agent, params: draft }, words };
}

/** `given`: words that were kept from whoever resolved the agent. */
export function sealWords(
  call: { readonly userId: string; readonly callId: string; readonly agent: Agent },
  given: Partial<CallWords>,
  secrets: SecretBox,
): SealedCall {
  const { userId, callId, agent } = call;
  const words: CallWords = { ...wordsOf(agent, null), ...given };
  const sealedWords = secrets.seal(JSON.stringify(words), callWordsBinding(userId, callId));
  return { agent: withoutWords(agent), sealedWords };
}
