/** What a client of the newest vintage of the API is answered. */
export * from './account-connections';
export * from './actions';
export * from './agents';
export * from './calls';
export * from './errors';
export * from './numbers';
export * from './pages';
export * from './prompts';
export * from './usage';
export * from './vector-databases';
export * from './voices';
export * from './webhooks';
