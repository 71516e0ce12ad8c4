export { hashApiKey, isSameKeyHash, newApiKey, parseApiKey } from './api-keys';
export type { NewApiKey } from './api-keys';
export { MediaTokens } from './media-tokens';
export type { MediaGrant } from './media-tokens';
export { isSealed, SecretBox } from './secret-box';
export type { SecretBinding } from './secret-box';
