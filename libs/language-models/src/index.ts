export { OpenAiModel } from './openai/openai-model';
export type { OpenAiOptions } from './openai/openai-model';
export { FallbackModel } from './fallback-model';
export type { FallbackModelOptions, ModelUse } from './fallback-model';
export { ToolSheddingModel } from './tool-shedding-model';
export type { ToolSheddingOptions } from './tool-shedding-model';
