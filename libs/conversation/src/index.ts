export type {
  ActionAnswer,
  CarrierStream,
  ChatMessage,
  EndpointingSensitivity,
  Integrations,
  LanguageModel,
  Passage,
  ReplyEvent,
  ReplyRequest,
  SpeechPiece,
  SpokenWord,
  Synthesizer,
  Tool,
  ToolCall,
  Transcriber,
  TranscriberEvent,
  TranscriberOptions,
  Transcription,
  TranscriptionListener,
  VoiceSettings,
} from './ports';

export { fillPlaceholders } from './replying/placeholders';
export type { FilledText, PlaceholderStyle } from './replying/placeholders';
export { systemPrompt } from './replying/prompt';
export type { PromptParts } from './replying/prompt';
export { newConversation } from './state';
export type { ConversationState } from './state';
export { step } from './step';
export type { ConversationEvent, Fault } from './events';
export type { ConversationEffect, ConversationFact, FinishReason } from './effects';
export { defaultTiming } from './settings';
export type {
  ActionTrigger,
  CollectedField,
  ConversationAction,
  ConversationSettings,
  ConversationTiming,
  PastEntry,
} from './settings';
export { fixedUtterances, greetingUtterances } from './speaking/fixed-speech';
export type { FixedSpeech } from './speaking/fixed-speech';
export { languageFacts } from './languages';
export type { FixedSentences, LanguageFacts } from './languages';
export { MaskedWords } from './masked-words';
export { firstDifference, parseTrace, replay, traceHeader, traceLine } from './trace';
export type { Trace, TraceDifference, TraceEntry } from './trace';
