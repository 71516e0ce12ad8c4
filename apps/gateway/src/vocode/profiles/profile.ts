import type { KeyProfile, wire } from '@parley/contracts';

/** Every kind of object that clients are shown, as the newest vintage has it. */
export interface Shown {
  action: wire.Action;
  voice: wire.Voice;
  webhook: wire.Webhook;
  prompt: wire.Prompt;
  normalizedPrompt: wire.NormalizedPrompt;
  vectorDatabase: wire.VectorDatabase;
  accountConnection: wire.AccountConnection;
  agent: wire.Agent;
  /** With the text of its prompt beside, for the vintages that list it. */
  normalizedAgent: ListedAgent;
  phoneNumber: wire.PhoneNumber;
  normalizedPhoneNumber: wire.NormalizedPhoneNumber;
  call: wire.Call;
  normalizedCall: wire.NormalizedCall;
  usage: wire.Usage;
}

export interface ListedAgent {
  readonly agent: wire.NormalizedAgent;
  /** Null where it was not looked up: see `listsPromptTexts`. */
  readonly promptText: string | null;
}

/** One vintage of the API's answers: pure functions of the newest one's, and nothing else. */
export type Profile = {
  readonly [K in keyof Shown]: (object: Shown[K]) => object;
} & {
  readonly name: KeyProfile;
  /** True when an agent in a list has its prompt's text in place of the prompt's id. */
  readonly listsPromptTexts: boolean;
  readonly list: (page: wire.Page<object>) => object;
};
