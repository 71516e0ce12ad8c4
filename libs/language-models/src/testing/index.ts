export { describeLanguageModel, QUESTION, TOOL, TOOL_QUESTION } from './language-model.contract';
export type { LanguageModelBench, LanguageModelPeer } from './language-model.contract';
