import type { BuyCarrierNumber, CarrierNumberUrls, CarrierPort, PlaceCarrierCall } from '../carrier.port';
import { CarrierStatus, isFinalStatus } from '../carrier-status';

/**
 * What becomes of the next order (a call, a number). `refused`: turned down; `unreachable`: it never arrives;
 * `lost`: it is carried out, but its answer never comes; `sold_out`: there is no number for sale.
 */
export type CarrierFault = 'refused' | 'unreachable' | 'lost' | 'sold_out';

/** A carrier with what stands behind it; its deadlines are short, so that a test can wait for them. */
export interface CarrierBench {
  readonly carrier: CarrierPort;
  /** Makes the next order fail. */
  fail(fault: CarrierFault): void;
  /** Moves a leg to a status, at the carrier's end. */
  setStatus(sid: string, status: CarrierStatus): void;
  /** How many calls were placed, and numbers bought, at the carrier's end. */
  carriedOut(): number;
  /** Where a number leads, at the carrier's end; `undefined` for one that the account has not. */
  numberUrls(carrierId: string): CarrierNumberUrls | undefined;
  /** Points a number elsewhere, at the carrier's end. */
  repoint(carrierId: string, urls: CarrierNumberUrls): void;
  stop(): Promise<void> | void;
}

const call: PlaceCarrierCall = {
  from: '+15005550006',
  to: '+14155552671',
  answerUrl: 'https://parley.example.com/answer/1',
  statusUrl: 'https://parley.example.com/status/1',
  ringTimeoutS: 60,
  timeLimitS: 3_600,
};

const purchase: BuyCarrierNumber = {
  areaCode: '415',
  voiceUrl: 'https://parley.example.com/inbound',
  statusUrl: 'https://parley.example.com/inbound-status',
  label: 'parley 1',
};

const urls: CarrierNumberUrls = {
  voiceUrl: 'https://parley.example.com/accounts/1/inbound',
  statusUrl: 'https://parley.example.com/accounts/1/inbound-status',
};
const elsewhere: CarrierNumberUrls = { voiceUrl: 'https://example.com/voice', statusUrl: urls.statusUrl };

const strangeNumberId = `PN${'f'.repeat(32)}`;
const strangeSid = `CA${'f'.repeat(32)}`;

/** The promises of the port `CarrierPort`, for any adapter with any peer that keeps to `CarrierBench`. */
export function describeCarrier(name: string, start: () => Promise<CarrierBench> | CarrierBench): void {
  describe(`${name} as a CarrierPort`, () => {
    let bench: CarrierBench;
    beforeEach(async () => {
      bench = await start();
    });
    afterEach(() => bench.stop());

    const orders: readonly [string, () => Promise<unknown>][] = [
      ['a call', () => bench.carrier.place(call)],
      ['a number', () => bench.carrier.buyNumber(purchase)],
    ];

    it('places calls, each under an id of its own', async () => {
      const first = await bench.carrier.place(call);
      const second = await bench.carrier.place(call);
      expect(first.sid).not.toBe(second.sid);
      expect(isFinalStatus(first.status)).toBe(false);
      expect(bench.carriedOut()).toBe(2);
      await expect(bench.carrier.fetch(first.sid)).resolves.toEqual(first);
    });

    it.each(orders)('%s that is refused: an error of the asker’s, and nothing done', async (_name, order) => {
      bench.fail('refused');
      await expect(order()).rejects.toMatchObject({
        code: 'CARRIER.REFUSED',
        kind: 'invalid',
        message: expect.stringMatching(/\w/),
      });
      expect(bench.carriedOut()).toBe(0);
    });

    it.each(orders)('%s that never arrived: unavailable, and nothing done', async (_name, order) => {
      bench.fail('unreachable');
      await expect(order()).rejects.toMatchObject({ code: 'CARRIER.UNAVAILABLE', retryable: true });
      expect(bench.carriedOut()).toBe(0);
    });

    it.each(orders)(
      '%s whose answer is lost: unknown, carried out once, never repeated',
      async (_name, order) => {
        bench.fail('lost');
        await expect(order()).rejects.toMatchObject({ code: 'CARRIER.UNKNOWN_OUTCOME', kind: 'timeout' });
        expect(bench.carriedOut()).toBe(1);
      },
    );

    it.each<CarrierStatus>(['queued', 'ringing', 'in-progress', 'busy', 'no-answer', 'completed'])(
      'says that a leg is %s',
      async (status) => {
        const { sid } = await bench.carrier.place(call);
        bench.setStatus(sid, status);
        await expect(bench.carrier.fetch(sid)).resolves.toEqual({ sid, status });
      },
    );

    it.each<[CarrierStatus, CarrierStatus]>([
      ['queued', 'canceled'],
      ['ringing', 'canceled'],
      ['in-progress', 'completed'],
    ])('ends a leg that is %s: %s', async (before, after) => {
      const { sid } = await bench.carrier.place(call);
      bench.setStatus(sid, before);
      await expect(bench.carrier.end(sid)).resolves.toEqual({ sid, status: after });
      await expect(bench.carrier.fetch(sid)).resolves.toEqual({ sid, status: after });
    });

    it('has nothing to say when a leg that is over is ended', async () => {
      const { sid } = await bench.carrier.place(call);
      bench.setStatus(sid, 'completed');
      await expect(bench.carrier.end(sid)).resolves.toBeNull();
    });

    it('has nothing to say of a leg that it does not know', async () => {
      await expect(bench.carrier.end(strangeSid)).resolves.toBeNull();
      await expect(bench.carrier.fetch(strangeSid)).resolves.toBeNull();
    });

    it('buys a number of the area, and finds it again by its label', async () => {
      const bought = await bench.carrier.buyNumber(purchase);
      expect(bought.number).toMatch(/^\+1415\d{7}$/);
      expect(bought.carrierId).toMatch(/\w/);
      await expect(bench.carrier.findNumber(purchase.label)).resolves.toEqual(bought);
      await expect(bench.carrier.findNumber('parley 2')).resolves.toBeNull();
    });

    it('finds a number whose purchase had no answer', async () => {
      bench.fail('lost');
      await expect(bench.carrier.buyNumber(purchase)).rejects.toMatchObject({ kind: 'timeout' });
      await expect(bench.carrier.findNumber(purchase.label)).resolves.toMatchObject({
        number: expect.stringMatching(/^\+1415/),
      });
    });

    it('finds a number of the account by how it is spelled, and no other', async () => {
      const bought = await bench.carrier.buyNumber(purchase);
      await expect(bench.carrier.ownNumber(bought.number)).resolves.toEqual(bought);
      await expect(bench.carrier.ownNumber('+14155550999')).resolves.toBeNull();
      await expect(bench.carrier.ownNumber(bought.number.slice(0, -1))).resolves.toBeNull();
    });

    it('points a number here, and takes that back', async () => {
      const { carrierId } = await bench.carrier.buyNumber(purchase);
      await bench.carrier.pointNumber(carrierId, urls);
      expect(bench.numberUrls(carrierId)).toEqual(urls);
      await bench.carrier.unpointNumber(carrierId, urls);
      expect(bench.numberUrls(carrierId)).toEqual({ voiceUrl: '', statusUrl: '' });
    });

    it('leaves alone what was pointed elsewhere meanwhile', async () => {
      const { carrierId } = await bench.carrier.buyNumber(purchase);
      await bench.carrier.pointNumber(carrierId, urls);
      bench.repoint(carrierId, elsewhere);
      await bench.carrier.unpointNumber(carrierId, urls);
      expect(bench.numberUrls(carrierId)).toEqual({ voiceUrl: elsewhere.voiceUrl, statusUrl: '' });
    });

    it('gives a number back, once or more', async () => {
      const { carrierId, number } = await bench.carrier.buyNumber(purchase);
      await bench.carrier.releaseNumber(carrierId);
      expect(bench.numberUrls(carrierId)).toBeUndefined();
      await expect(bench.carrier.ownNumber(number)).resolves.toBeNull();
      await expect(bench.carrier.releaseNumber(carrierId)).resolves.toBeUndefined();
      await expect(bench.carrier.unpointNumber(carrierId, urls)).resolves.toBeUndefined();
    });

    it('does not point a number that the account has not', async () => {
      await expect(bench.carrier.pointNumber(strangeNumberId, urls)).rejects.toMatchObject({
        code: 'CARRIER.REFUSED',
      });
    });

    it('says that no number is for sale', async () => {
      bench.fail('sold_out');
      await expect(bench.carrier.buyNumber(purchase)).rejects.toMatchObject({
        code: 'CARRIER.NO_NUMBERS',
        kind: 'not_found',
      });
    });
  });
}
