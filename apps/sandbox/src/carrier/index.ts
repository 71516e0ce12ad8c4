export { Accounts } from './accounts';
export type { Account } from './accounts';
export { Carrier } from './carrier';
export type { CarrierOptions } from './carrier';
export type { PersonOnLine, Subscribers, TelephoneLine } from './person';
export { RestServer } from './rest-server';
export type { RestServerOptions } from './rest-server';
export { callResource } from './resources';
export { RestError } from './rest-error';
