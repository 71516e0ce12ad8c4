export { GuardedHttpClient } from './guarded-http-client';
export type { GuardedHttpClientOptions, GuardedRequest, GuardedResponse } from './guarded-http-client';
export { wasNeverSent } from './http-errors';
export { isPublicAddress } from './public-address';
export type { ResolveName } from './resolve-name';
