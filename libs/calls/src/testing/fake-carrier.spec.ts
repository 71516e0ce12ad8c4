import { AppError } from '@parley/kernel';
import { describeCarrier } from './carrier.contract';
import { FakeCarrier } from './fake-carrier';

const refusals = {
  refused: undefined,
  unreachable: new AppError('unavailable', 'CARRIER.UNAVAILABLE', 'The carrier cannot be reached.'),
  sold_out: new AppError('not_found', 'CARRIER.NO_NUMBERS', 'The carrier has no number for sale.'),
};

describeCarrier('FakeCarrier', () => {
  const carrier = new FakeCarrier();
  return {
    carrier,
    fail: (fault) => (fault === 'lost' ? carrier.loseAnswer() : carrier.refuse(refusals[fault])),
    setStatus: (sid, status) => carrier.setStatus(sid, status),
    carriedOut: () => carrier.placed.length + carrier.bought.length,
    numberUrls: (carrierId) => {
      const owned = carrier.owned.get(carrierId);
      return owned && { voiceUrl: owned.voiceUrl, statusUrl: owned.statusUrl };
    },
    repoint: (carrierId, urls) => void Object.assign(carrier.owned.get(carrierId) ?? {}, urls),
    stop: () => undefined,
  };
});
