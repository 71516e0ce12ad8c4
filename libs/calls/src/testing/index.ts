export { FakeCarrier } from './fake-carrier';
