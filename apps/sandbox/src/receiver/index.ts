export { Receiver } from './receiver';
export type { ReceiverOptions } from './receiver';
