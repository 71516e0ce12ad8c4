import type { z } from 'zod';
import { planType } from '../key-asks';
import * as connections from '../vocode/account-connections';
import * as actions from '../vocode/actions';
import * as agents from '../vocode/agents';
import * as calls from '../vocode/calls';
import * as numbers from '../vocode/numbers';
import * as prompts from '../vocode/prompts';
import * as databases from '../vocode/vector-databases';
import * as voices from '../vocode/voices';
import * as webhooks from '../vocode/webhooks';
import * as latest from '../vocode/wire/latest';
import * as sdk15 from '../vocode/wire/sdk-0-0-15';
import * as sdk22 from '../vocode/wire/sdk-0-0-22';
import * as seed from '../vocode/wire/seed';

/** The document's name of each schema, as the reference has it. */
export type Components = Readonly<Record<string, z.ZodType>>;

/** What both sides send, in the same form. */
const words: Components = {
  CallStatus: calls.callStatus,
  EventType: webhooks.eventType,
  HTTPMethod: webhooks.httpMethod,
  Language: agents.language,
  InterruptSensitivity: agents.interruptSensitivity,
  InternalLLMFallback: agents.internalLlmFallback,
  EmptyActionConfig: actions.emptyActionConfig,
  FunctionCallActionTriggerConfig: actions.functionCallActionTriggerConfig,
  PhraseBasedActionTriggerConfig: actions.phraseBasedActionTriggerConfig,
  PhraseTrigger: actions.phraseTrigger,
};

/**
 * What clients send. A name with `-Input` belongs to what both sides send, where clients may do so in more ways than
 * answers do.
 */
export const requestComponents: Components = {
  ...words,
  ActionParamsRequest: actions.actionParams,
  TransferCallActionParams: actions.transferCallActionParams,
  EndConversationActionParams: actions.endConversationActionParams,
  DTMFActionParams: actions.dtmfActionParams,
  AddToConferenceActionParams: actions.addToConferenceActionParams,
  SetHoldActionParams: actions.setHoldActionParams,
  ExternalActionParams: actions.externalActionParams,
  ActionUpdateParamsRequest: actions.actionUpdateParams,
  TransferCallActionUpdateParams: actions.transferCallActionUpdateParams,
  EndConversationActionUpdateParams: actions.endConversationActionUpdateParams,
  DTMFActionUpdateParams: actions.dtmfActionUpdateParams,
  AddToConferenceActionUpdateParams: actions.addToConferenceActionUpdateParams,
  SetHoldActionUpdateParams: actions.setHoldActionUpdateParams,
  ExternalActionUpdateParams: actions.externalActionUpdateParams,
  'TransferCallConfig-Input': actions.transferCallConfig,
  'AddToConferenceConfig-Input': actions.addToConferenceConfig,
  'ExternalActionConfig-Input': actions.externalActionConfig,
  'FunctionCallActionTrigger-Input': actions.functionCallActionTrigger,
  'PhraseBasedActionTrigger-Input': actions.phraseBasedActionTrigger,
  VoiceParamsRequest: voices.voiceParams,
  AzureVoiceParams: voices.azureVoiceParams,
  RimeVoiceParams: voices.rimeVoiceParams,
  ElevenLabsVoiceParams: voices.elevenLabsVoiceParams,
  PlayHtVoiceParams: voices.playHtVoiceParams,
  VocodeVoiceParams: voices.vocodeVoiceParams,
  VoiceUpdateParamsRequest: voices.voiceUpdateParams,
  AzureVoiceUpdateParams: voices.azureVoiceUpdateParams,
  RimeVoiceUpdateParams: voices.rimeVoiceUpdateParams,
  ElevenLabsVoiceUpdateParams: voices.elevenLabsVoiceUpdateParams,
  PlayHtVoiceUpdateParams: voices.playHtVoiceUpdateParams,
  VocodeVoiceUpdateParams: voices.vocodeVoiceUpdateParams,
  'PromptParams-Input': prompts.promptObjectParams,
  PromptUpdateParams: prompts.promptObjectUpdateParams,
  'PromptTemplate-Input': prompts.promptTemplate,
  'CollectField-Input': prompts.collectField,
  WebhookParams: webhooks.webhookParams,
  WebhookUpdateParams: webhooks.webhookUpdateParams,
  'PineconeVectorDatabaseParams-Input': databases.pineconeVectorDatabaseParams,
  PineconeVectorDatabaseUpdateParams: databases.pineconeVectorDatabaseUpdateParams,
  AccountConnectionParamsRequest: connections.accountConnectionParams,
  TwilioAccountConnectionParams: connections.twilioAccountConnectionParams,
  OpenAIAccountConnectionParams: connections.openAiAccountConnectionParams,
  AccountConnectionUpdateParamsRequest: connections.accountConnectionUpdateParams,
  TwilioAccountConnectionUpdateParams: connections.twilioAccountConnectionUpdateParams,
  OpenAIAccountConnectionUpdateParams: connections.openAiAccountConnectionUpdateParams,
  'TwilioCredentials-Input': connections.twilioCredentials,
  'OpenAICredentials-Input': connections.openAiCredentials,
  'OpenAIAccountConnection-Input': agents.givenOpenAiAccountConnection,
  AgentParams: agents.agentParams,
  CreateCallAgentParams: agents.callAgentParams,
  AgentUpdateParams: agents.agentUpdateParams,
  BuyPhoneNumberRequest: numbers.buyNumberParams,
  LinkPhoneNumberRequest: numbers.linkNumberParams,
  UpdateNumberRequest: numbers.updateNumberParams,
  CreateCallRequest: calls.createCallParams,
  AddToSteeringPoolRequest: connections.addToSteeringPoolParams,
  RemoveFromSteeringPoolRequest: connections.removeFromSteeringPoolParams,
};

/** What is answered in every vintage. */
const answers: Components = {
  ...words,
  TransferCallConfig: latest.transferCallConfig,
  AddToConferenceConfig: latest.addToConferenceConfig,
  ExternalActionConfig: latest.externalActionConfig,
  CollectField: latest.collectField,
  PromptTemplate: latest.promptTemplate,
  Webhook: latest.webhook,
  PineconeVectorDatabase: latest.pineconeVectorDatabase,
  TwilioCredentials: latest.twilioCredentials,
  OpenAICredentials: latest.openAiCredentials,
  TwilioAccountConnection: latest.twilioAccountConnection,
  OpenAIAccountConnection: latest.openAiAccountConnection,
  AccountConnectionResponseModel: latest.accountConnection,
  HTTPValidationError: latest.httpValidationError,
  ValidationError: latest.validationError,
};

const latestAnswers: Components = {
  ...answers,
  FunctionCallActionTrigger: latest.functionCallActionTrigger,
  'PhraseBasedActionTrigger-Output': latest.phraseBasedActionTrigger,
  ActionResponseModel: latest.action,
  TransferCallAction: latest.transferCallAction,
  EndConversationAction: latest.endConversationAction,
  DTMFAction: latest.dtmfAction,
  AddToConferenceAction: latest.addToConferenceAction,
  SetHoldAction: latest.setHoldAction,
  ExternalAction: latest.externalAction,
  ActionPage: latest.actionPage,
  VoiceResponseModel: latest.voice,
  AzureVoice: latest.azureVoice,
  RimeVoice: latest.rimeVoice,
  ElevenLabsVoice: latest.elevenLabsVoice,
  PlayHtVoice: latest.playHtVoice,
  VocodeVoice: latest.vocodeVoice,
  VoicePage: latest.voicePage,
  PromptParams: latest.promptParams,
  Prompt: latest.prompt,
  NormalizedPrompt: latest.normalizedPrompt,
  PromptPage: latest.promptPage,
  WebhookPage: latest.webhookPage,
  PineconeVectorDatabaseParams: latest.pineconeVectorDatabaseParams,
  VectorDatabasePage: latest.vectorDatabasePage,
  AccountConnectionPage: latest.accountConnectionPage,
  Agent: latest.agent,
  NormalizedAgent: latest.normalizedAgent,
  AgentPage: latest.agentPage,
  PhoneNumber: latest.phoneNumber,
  NormalizedPhoneNumber: latest.normalizedPhoneNumber,
  PhoneNumberPage: latest.phoneNumberPage,
  Call: latest.call,
  NormalizedCall: latest.normalizedCall,
  CallPage: latest.callPage,
  TwilioTelephonyMetadata: latest.twilioTelephonyMetadata,
  VonageTelephonyMetadata: latest.vonageTelephonyMetadata,
  Usage: latest.usage,
  PlanType: planType,
};

const sdk22Answers: Components = {
  ...latestAnswers,
  VoiceResponseModel: sdk22.voice,
  ElevenLabsVoice: sdk22.elevenLabsVoice,
  VoicePage: sdk22.voicePage,
  Agent: sdk22.agent,
  PhoneNumber: sdk22.phoneNumber,
  Call: sdk22.call,
  Usage: sdk22.usage,
  PlanType: sdk22.planType,
};

const sdk15Answers: Components = {
  ...sdk22Answers,
  Agent: sdk15.agent,
  NormalizedAgent: sdk15.normalizedAgent,
  AgentPage: sdk15.agentPage,
  PhoneNumber: sdk15.phoneNumber,
  Call: sdk15.call,
};

const seedAnswers: Components = {
  ...answers,
  ActionResponseModel: seed.action,
  TransferCallAction: seed.transferCallAction,
  EndConversationAction: seed.endConversationAction,
  DTMFAction: seed.dtmfAction,
  AddToConferenceAction: seed.addToConferenceAction,
  SetHoldAction: seed.setHoldAction,
  ExternalAction: seed.externalAction,
  VoiceResponseModel: seed.voice,
  AzureVoice: seed.azureVoice,
  RimeVoice: seed.rimeVoice,
  ElevenLabsVoice: seed.elevenLabsVoice,
  PlayHtVoice: seed.playHtVoice,
  VocodeVoice: latest.vocodeVoice,
  Prompt: seed.prompt,
  NormalizedPrompt: seed.normalizedPrompt,
  Agent: seed.agent,
  NormalizedAgent: seed.normalizedAgent,
  PhoneNumber: seed.phoneNumber,
  NormalizedPhoneNumber: seed.normalizedPhoneNumber,
  Call: seed.call,
  NormalizedCall: seed.normalizedCall,
  Usage: seed.usage,
  PlanType: seed.planType,
};

/** What is answered, by vintage. */
export const responseComponents = {
  latest: latestAnswers,
  'sdk-0.0.22': sdk22Answers,
  'sdk-0.0.15': sdk15Answers,
  seed: seedAnswers,
} as const satisfies Record<string, Components>;
