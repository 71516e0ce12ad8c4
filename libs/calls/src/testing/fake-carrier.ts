import { AppError } from '@parley/kernel';
import {
  BuyCarrierNumber,
  CarrierCall,
  CarrierNumber,
  CarrierNumberUrls,
  CarrierPort,
  PlaceCarrierCall,
} from '../carrier.port';
import { CarrierStatus, isFinalStatus } from '../carrier-status';

/** A number of the fake's account; an empty address leads nowhere. */
export interface FakeNumber extends CarrierNumber {
  readonly label: string;
  voiceUrl: string;
  statusUrl: string;
}

/**
 * A carrier in memory. It records every request; `refuse` and `loseAnswer` make the next order (a call, any change of a
 * number) fail, before or after it was carried out.
 */
export class FakeCarrier implements CarrierPort {
  readonly provider = 'twilio';
  readonly placed: (PlaceCarrierCall & { sid: string })[] = [];
  readonly ended: string[] = [];
  readonly fetched: string[] = [];
  readonly bought: (BuyCarrierNumber & CarrierNumber)[] = [];
  /** What the account has now, by its id. */
  readonly owned = new Map<string, FakeNumber>();
  private readonly statuses = new Map<string, CarrierStatus>();
  private failure: { before: AppError } | { after: AppError } | undefined;
  private count = 0;

  /** What the carrier will say of a leg when it is asked. */
  setStatus(sid: string, status: CarrierStatus): void {
    this.statuses.set(sid, status);
  }

  /** The next order is refused; nothing is done. */
  refuse(error = new AppError('invalid', 'CARRIER.REFUSED', 'The number is not valid.')): void {
    this.failure = { before: error };
  }

  /** The next order is carried out, but its answer never comes. */
  loseAnswer(): void {
    this.failure = {
      after: new AppError('timeout', 'CARRIER.UNKNOWN_OUTCOME', 'The carrier did not answer.'),
    };
  }

  place(call: PlaceCarrierCall): Promise<CarrierCall> {
    return this.order(() => {
      const sid = this.nextSid('CA');
      this.placed.push({ ...call, sid });
      this.statuses.set(sid, 'queued');
      return { sid, status: 'queued' };
    });
  }

  end(sid: string): Promise<CarrierCall | null> {
    return Promise.resolve().then(() => {
      this.ended.push(sid);
      const status = this.statuses.get(sid);
      if (!status || isFinalStatus(status)) return null;
      const final: CarrierStatus = status === 'in-progress' ? 'completed' : 'canceled';
      this.statuses.set(sid, final);
      return { sid, status: final };
    });
  }

  fetch(sid: string): Promise<CarrierCall | null> {
    return Promise.resolve().then(() => {
      this.fetched.push(sid);
      const status = this.statuses.get(sid);
      return status ? { sid, status } : null;
    });
  }

  buyNumber(request: BuyCarrierNumber): Promise<CarrierNumber> {
    return this.order(() => {
      this.count += 1;
      const number = `+1${request.areaCode ?? '415'}555${String(this.count).padStart(4, '0')}`;
      const bought = { ...request, number, carrierId: this.nextSid('PN') };
      this.bought.push(bought);
      this.owned.set(bought.carrierId, { ...bought });
      return { number: bought.number, carrierId: bought.carrierId };
    });
  }

  /** Gives the account a number that nobody bought here. */
  own(number: string, urls: Partial<CarrierNumberUrls> = {}): FakeNumber {
    const owned = { voiceUrl: '', statusUrl: '', ...urls, number, label: '', carrierId: this.nextSid('PN') };
    this.owned.set(owned.carrierId, owned);
    return owned;
  }

  findNumber(label: string): Promise<CarrierNumber | null> {
    return this.find((number) => number.label === label);
  }

  ownNumber(number: string): Promise<CarrierNumber | null> {
    return this.find((owned) => owned.number === number);
  }

  pointNumber(carrierId: string, urls: CarrierNumberUrls): Promise<void> {
    const owned = this.owned.get(carrierId);
    if (!owned) return Promise.reject(new AppError('invalid', 'CARRIER.REFUSED', 'There is no such number.'));
    return this.order(() => {
      owned.voiceUrl = urls.voiceUrl;
      owned.statusUrl = urls.statusUrl;
    });
  }

  unpointNumber(carrierId: string, urls: CarrierNumberUrls): Promise<void> {
    return this.order(() => {
      const owned = this.owned.get(carrierId);
      if (owned?.voiceUrl === urls.voiceUrl) owned.voiceUrl = '';
      if (owned?.statusUrl === urls.statusUrl) owned.statusUrl = '';
    });
  }

  releaseNumber(carrierId: string): Promise<void> {
    return this.order(() => void this.owned.delete(carrierId));
  }

  private find(fits: (number: FakeNumber) => boolean): Promise<CarrierNumber | null> {
    const found = [...this.owned.values()].find(fits);
    return Promise.resolve(found ? { number: found.number, carrierId: found.carrierId } : null);
  }

  private order<T>(answer: () => T): Promise<T> {
    const failure = this.failure;
    this.failure = undefined;
    if (failure && 'before' in failure) return Promise.reject(failure.before);
    const value = answer();
    return failure ? Promise.reject(failure.after) : Promise.resolve(value);
  }

  private nextSid(prefix: string): string {
    this.count += 1;
    const unique = Math.floor(Math.random() * 0xffff_ffff)
      .toString(16)
      .padStart(8, '0');
    return `${prefix}${unique}${this.count.toString(16).padStart(24, '0')}`;
  }
}
