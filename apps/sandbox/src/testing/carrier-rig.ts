import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@parley/kernel';
import twilio from 'twilio';
import { Accounts, RestServer } from '../carrier';
import type { Carrier, PersonOnLine } from '../carrier';
import { Faults } from '../faults';
import type { FaultSettings } from '../faults';
import { Journal } from '../journal';
import type { CarrierEntries } from '../journal';
import type { Voice } from '../voice';
import { SmallProduct } from './small-product';

export const ACCOUNT_SID = `AC${'a'.repeat(32)}`;
export const AUTH_TOKEN = 'token-of-the-sandbox';
/** A number that the account owns from the beginning. */
export const OWN_NUMBER = '+16285550100';
export const PERSON_NUMBER = '+14155550142';
export const OTHER_NUMBER = '+14155550187';

/** A tenth of a second of a constant tone a word: enough where only the sound counts. */
const voice: Voice = {
  speak: (text) => {
    const samples = new Int16Array(text.split(' ').length * 800).fill(8_000);
    return Promise.resolve({ samples, words: [] });
  },
};

/** A carrier with its REST server, a small product to call, and the official SDK pointed at it. */
export class CarrierRig {
  readonly clock = new SystemClock();
  readonly journal = new Journal<CarrierEntries>({ clock: this.clock });
  readonly faults: Faults;
  readonly product = new SmallProduct(AUTH_TOKEN);
  readonly people = new Map<string, PersonOnLine>();
  readonly dir = mkdtempSync(join(tmpdir(), 'parley-carrier-'));
  readonly accounts: Accounts;
  readonly carrier: Carrier;
  readonly client = twilio(ACCOUNT_SID, AUTH_TOKEN);
  baseUrl = '';
  private readonly rest: RestServer;

  constructor(faults: FaultSettings = {}) {
    this.faults = new Faults(faults);
    const { clock, journal } = this;
    this.accounts = new Accounts({
      clock,
      journal,
      faults: this.faults,
      voice,
      subscribers: { reach: (number) => this.people.get(number) },
      recordingsDir: this.dir,
    });
    this.carrier = this.accounts.add({
      accountSid: ACCOUNT_SID,
      authToken: AUTH_TOKEN,
      ownedNumbers: [OWN_NUMBER],
    });
    this.rest = new RestServer({
      accounts: this.accounts,
      clock,
      journal,
      faults: this.faults,
      host: '127.0.0.1',
      port: 0,
    });
  }

  async start(): Promise<void> {
    await this.product.start();
    this.baseUrl = `http://127.0.0.1:${await this.rest.start()}`;
    this.client.api.baseUrl = this.baseUrl;
  }

  async close(): Promise<void> {
    await this.accounts.close();
    await this.rest.close();
    await this.product.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** The journal's lines of one kind. */
  lines(kind: keyof CarrierEntries): readonly Record<string, unknown>[] {
    return this.journal.after(0).filter((line) => line.kind === kind);
  }

  /** A document that connects the call with the product's media socket. */
  connectTwiml(path = '/media/token', action = '/ended'): string {
    const stream = `<Stream url="${this.product.mediaUrl}${path}"><Parameter name="callId" value="a &amp; b"/></Stream>`;
    return `<?xml version="1.0" encoding="UTF-8"?><Response><Connect action="${action}">${stream}</Connect></Response>`;
  }
}
