import { fillerPhrases } from './filler-phrases';
import { languageFacts } from '../languages';
import { plainSpeech } from './plain-speech';
import { spokenForm } from './spoken';
import { speakablePieces } from './speech';

/** Which sentences that no model writes a call may need. */
export interface FixedSpeech {
  readonly language: string;
  readonly hasFillers: boolean;
  readonly checksIn: boolean;
}

/** The texts that a voice is asked for when an agent says what no model writes, those that may be needed first in front. */
export function fixedUtterances({ language, hasFillers, checksIn }: FixedSpeech): string[] {
  const { areYouThere, apology } = languageFacts(language).sentences;
  const { short, still } = fillerPhrases(language);
  return [
    ...(hasFillers ? short : []),
    apology,
    ...(checksIn ? [areYouThere] : []),
    ...(hasFillers ? still : []),
  ].map((text) => spokenForm(text, language).spoken);
}

/** The texts that a voice is asked for when an agent greets with this. */
export function greetingUtterances(message: string, language: string): string[] {
  return speakablePieces(plainSpeech(message)).map((piece) => spokenForm(piece, language).spoken);
}
