import { CarrierStatus } from './carrier-status';

/** Where the carrier asks what to do with a call and reports what becomes of it. */
export interface CarrierCallUrls {
  /** Asked when the callee answers. */
  readonly answerUrl: string;
  /** Told every change of the leg's status. */
  readonly statusUrl: string;
}

export interface PlaceCarrierCall extends CarrierCallUrls {
  readonly from: string;
  readonly to: string;
  readonly ringTimeoutS: number;
  readonly timeLimitS: number;
}

export interface CarrierCall {
  readonly sid: string;
  readonly status: CarrierStatus;
}

/** Where the carrier asks about the calls to a number. */
export interface CarrierNumberUrls {
  /** Asked what to do with a call to the number. */
  readonly voiceUrl: string;
  /** Told the end of every call to the number. */
  readonly statusUrl: string;
}

export interface BuyCarrierNumber extends CarrierNumberUrls {
  /** Three digits, or null for any. */
  readonly areaCode: string | null;
  /** A name that finds the number again if the answer to its purchase is lost. */
  readonly label: string;
}

export interface CarrierNumber {
  /** E.164. */
  readonly number: string;
  /** The carrier's own id of it. */
  readonly carrierId: string;
}

/**
 * A carrier's account. Numbers are E.164. Every method has its own deadline. Failures are `AppError`s whose code begins
 * with `CARRIER.`: `REFUSED` (`invalid`; the message is the carrier's, fit for the caller), `UNAUTHENTICATED`
 * and `UNAVAILABLE` (nothing was done), `RATE_LIMITED`, and `UNKNOWN_OUTCOME` (`timeout`): the request was sent and its
 * answer never came, so that it may or may not have been carried out. None is repeated here.
 */
export interface CarrierPort {
  readonly provider: 'twilio' | 'vonage';
  place(call: PlaceCarrierCall): Promise<CarrierCall>;
  /** Ends a leg in whatever state it is. A leg that is over or unknown is no error: the answer is null then. */
  end(sid: string): Promise<CarrierCall | null>;
  /** What the carrier knows of a leg; null when it knows none of that id. */
  fetch(sid: string): Promise<CarrierCall | null>;
  /** Buys a number that can take calls and points it here. @throws CARRIER.NO_NUMBERS when none is for sale. */
  buyNumber(request: BuyCarrierNumber): Promise<CarrierNumber>;
  /** The number that was bought under this label, if there is one. */
  findNumber(label: string): Promise<CarrierNumber | null>;
  /** The number of the account that is spelled so (E.164); null when it has none such. */
  ownNumber(number: string): Promise<CarrierNumber | null>;
  /** Points a number of the account here, whatever it pointed at. */
  pointNumber(carrierId: string, urls: CarrierNumberUrls): Promise<void>;
  /**
   * Takes back what `pointNumber` did: an address that is not ours any more stays. A number that the account has no
   * longer is no error.
   */
  unpointNumber(carrierId: string, urls: CarrierNumberUrls): Promise<void>;
  /** Gives a number back, for good. One that the account has no longer is no error. */
  releaseNumber(carrierId: string): Promise<void>;
}
