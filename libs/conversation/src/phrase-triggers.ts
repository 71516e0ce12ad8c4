import type { ConversationAction } from './settings';
import { normaliseWords } from './words';

/** The first action one of whose phrases is contained in what the agent was heard to say; case and punctuation do not matter. */
export function actionForPhrase(
  actions: readonly ConversationAction[],
  heard: string,
): ConversationAction | undefined {
  const said = ` ${normaliseWords(heard)} `;
  return actions.find(
    (action) =>
      action.trigger.by === 'phrase' && action.trigger.phrases.some((phrase) => saidIn(said, phrase)),
  );
}

function saidIn(said: string, phrase: string): boolean {
  const wanted = normaliseWords(phrase);
  // Whole words, so that `bye` is not found in `bypass`; scripts without spaces have no words to keep whole.
  return wanted !== '' && said.includes(/[\u3040-\u30ff\u3400-\u9fff]/.test(wanted) ? wanted : ` ${wanted} `);
}
