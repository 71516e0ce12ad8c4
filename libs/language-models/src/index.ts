export { OpenAiModel } from './openai/openai-model';
export type { OpenAiOptions } from './openai/openai-model';
