export type {
  CallerEntries,
  CarrierCallStatus,
  CarrierEntries,
  EntryKinds,
  ModelEntries,
  ReceiverEntries,
  SaidWord,
  TranscriberEntries,
  VoiceEntries,
  WebhookPurpose,
} from './entries';
export { Journal, journalNames } from './journal';
export type { JournalLine, JournalName, JournalOptions } from './journal';
