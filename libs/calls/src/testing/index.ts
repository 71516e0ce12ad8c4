export { describeCarrier } from './carrier.contract';
export type { CarrierBench, CarrierFault } from './carrier.contract';
export { FakeCarrier } from './fake-carrier';
