export { faultNames, Faults, faultsSchema } from './faults';
export type { Fault, FaultName, FaultParty, FaultSettings } from './faults';
export { draw } from './draw';
