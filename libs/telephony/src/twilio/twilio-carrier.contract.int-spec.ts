import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { CarrierNumberUrls, CarrierStatus, isFinalStatus } from '@parley/calls';
import { CarrierBench, CarrierFault, describeCarrier } from '@parley/calls/testing';
import { TwilioCarrier } from './twilio-carrier';

const accountSid = `AC${'0'.repeat(32)}`;
const account = `/2010-04-01/Accounts/${accountSid}`;

interface Answer {
  readonly status: number;
  readonly body: object;
}

interface NumberResource {
  readonly sid: string;
  readonly phone_number: string;
  readonly friendly_name: string;
  voice_url: string;
  status_callback: string;
}

const notFound: Answer = { status: 404, body: { code: 20404, message: 'The resource was not found' } };

/** An account at Twilio, as far as the port needs one: calls and numbers in memory, answered as the REST API does. */
class TwilioAccount {
  readonly calls = new Map<string, CarrierStatus>();
  readonly numbers = new Map<string, NumberResource>();
  fault: CarrierFault | undefined;

  answer(method: string, url: URL, form: URLSearchParams): Answer {
    const path = url.pathname.slice(account.length);
    if (path === '/Calls.json') return this.order(() => this.placed());
    if (path.startsWith('/Calls/')) return this.call(path.slice('/Calls/'.length, -'.json'.length), method);
    if (path.startsWith('/AvailablePhoneNumbers/US/Local')) return this.forSale(url);
    if (path.startsWith('/IncomingPhoneNumbers/')) {
      return this.number(path.slice('/IncomingPhoneNumbers/'.length, -'.json'.length), method, form);
    }
    if (path !== '/IncomingPhoneNumbers.json') return notFound;
    return method === 'POST' ? this.order(() => this.bought(form)) : this.listed(url);
  }

  private listed(url: URL): Answer {
    const label = url.searchParams.get('FriendlyName');
    const part = url.searchParams.get('PhoneNumber') ?? '';
    const found = [...this.numbers.values()]
      .filter((number) => label === null || number.friendly_name === label)
      .filter((number) => number.phone_number.includes(part));
    return { status: 200, body: { incoming_phone_numbers: found, next_page_uri: null } };
  }

  private number(sid: string, method: string, form: URLSearchParams): Answer {
    const number = this.numbers.get(sid);
    if (!number) return notFound;
    if (method === 'DELETE') {
      this.numbers.delete(sid);
      return { status: 204, body: {} };
    }
    if (method === 'POST') {
      number.voice_url = form.get('VoiceUrl') ?? number.voice_url;
      number.status_callback = form.get('StatusCallback') ?? number.status_callback;
    }
    return { status: 200, body: number };
  }

  private order(carryOut: () => Answer): Answer {
    if (this.fault !== 'refused') return carryOut();
    return { status: 400, body: { code: 21217, message: 'Phone number does not appear to be valid' } };
  }

  private placed(): Answer {
    const sid = `CA${randomBytes(16).toString('hex')}`;
    this.calls.set(sid, 'queued');
    return { status: 201, body: { sid, status: 'queued' } };
  }

  private call(sid: string, method: string): Answer {
    const status = this.calls.get(sid);
    if (!status) return notFound;
    if (method === 'GET') return { status: 200, body: { sid, status } };
    if (isFinalStatus(status)) {
      return { status: 400, body: { code: 21220, message: 'Call is not in-progress. Cannot redirect.' } };
    }
    const final = status === 'in-progress' ? 'completed' : 'canceled';
    this.calls.set(sid, final);
    return { status: 200, body: { sid, status: final } };
  }

  private forSale(url: URL): Answer {
    const number = `+1${url.searchParams.get('AreaCode')}5550123`;
    const numbers = this.fault === 'sold_out' ? [] : [{ phone_number: number }];
    return { status: 200, body: { available_phone_numbers: numbers, uri: '/x' } };
  }

  private bought(form: URLSearchParams): Answer {
    const sid = `PN${randomBytes(16).toString('hex')}`;
    const number = {
      sid,
      phone_number: form.get('PhoneNumber') ?? '',
      friendly_name: form.get('FriendlyName') ?? '',
      voice_url: form.get('VoiceUrl') ?? '',
      status_callback: form.get('StatusCallback') ?? '',
    };
    this.numbers.set(sid, number);
    return { status: 201, body: number };
  }
}

async function start(): Promise<CarrierBench> {
  const twilio = new TwilioAccount();
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method = '', url = '' } = request;
    const answer = twilio.answer(method, new URL(url, 'http://twilio'), new URLSearchParams(body));
    const isLost = twilio.fault === 'lost' && method === 'POST';
    if (isLost) twilio.fault = undefined;
    // Nothing but the client's deadline ends a request whose answer is lost.
    else
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(answer.status === 204 ? undefined : JSON.stringify(answer.body));
  }

  const carrierAt = (port: number) =>
    new TwilioCarrier({ accountSid, authToken: 't', baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 300 });
  const bench = {
    carrier: carrierAt((server.address() as AddressInfo).port),
    fail: (fault: CarrierFault) => {
      twilio.fault = fault;
      // A port at which nobody listens.
      if (fault === 'unreachable') bench.carrier = carrierAt(1);
    },
    setStatus: (sid: string, status: CarrierStatus) => void twilio.calls.set(sid, status),
    carriedOut: () => twilio.calls.size + twilio.numbers.size,
    numberUrls: (carrierId: string) => {
      const number = twilio.numbers.get(carrierId);
      return number && { voiceUrl: number.voice_url, statusUrl: number.status_callback };
    },
    repoint: (carrierId: string, { voiceUrl, statusUrl }: CarrierNumberUrls) => {
      const number = twilio.numbers.get(carrierId);
      Object.assign(number ?? {}, { voice_url: voiceUrl, status_callback: statusUrl });
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return bench;
}

describeCarrier('TwilioCarrier', start);
