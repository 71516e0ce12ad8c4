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

export { fillPlaceholders } from './placeholders';
export type { FilledText, PlaceholderStyle } from './placeholders';
export { systemPrompt } from './prompt';
export type { PromptParts } from './prompt';
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
export { fixedUtterances, greetingUtterances } from './fixed-speech';
export type { FixedSpeech } from './fixed-speech';
export { languageFacts } from './languages';
export type { FixedSentences, LanguageFacts } from './languages';
export { MaskedWords } from './masked-words';
export { firstDifference, parseTrace, replay, traceHeader, traceLine } from './trace';
export type { Trace, TraceDifference, TraceEntry } from './trace';
