export { ask } from './ask';
export type { AskContract } from './ask';
export * as fields from './fields';
export { fieldIssues, parseOrThrow } from './issues';

export * from './call-asks';
export * from './config-asks';
export * from './events';
export * from './facts';
export * from './key-asks';
export * from './lists';
export * from './number-asks';
export * from './vocode/actions';
export * from './vocode/agents';
export * from './vocode/calls';
export * from './vocode/numbers';
export * from './vocode/prompts';
export * from './vocode/voices';
export * from './vocode/webhooks';
