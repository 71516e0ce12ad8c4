import type { ConversationAction } from '../settings';
import { normaliseWords } from '../words';

/** Actions that need no word of the model's: the others have an input that nobody would give them. */
const startable: readonly ConversationAction['type'][] = ['action_end_conversation', 'action_transfer_call'];

/** The first action one of whose phrases is contained in what the agent was heard to say; case and punctuation do not matter. */
export function actionForPhrase(
  actions: readonly ConversationAction[],
  heard: string,
): ConversationAction | undefined {
  const said = ` ${normaliseWords(heard)} `;
  return actions.find(
    (action) =>
      action.trigger.by === 'phrase' &&
      startable.includes(action.type) &&
      action.trigger.phrases.some((phrase) => saidIn(said, phrase)),
  );
}

function saidIn(said: string, phrase: string): boolean {
  const wanted = normaliseWords(phrase);
  // Whole words, so that `bye` is not found in `bypass`; scripts without spaces have no words to keep whole.
  return wanted !== '' && said.includes(/[\u3040-\u30ff\u3400-\u9fff]/.test(wanted) ? wanted : ` ${wanted} `);
}
