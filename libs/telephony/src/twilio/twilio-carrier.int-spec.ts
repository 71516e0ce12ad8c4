import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { TwilioCarrier } from './twilio-carrier';

const accountSid = `AC${'0'.repeat(32)}`;
const sid = `CA${'a'.repeat(32)}`;
const account = `/2010-04-01/Accounts/${accountSid}`;

interface Seen {
  line: string;
  form: Record<string, string[]>;
  authorization: string | undefined;
}
type Answer = (request: Seen, response: ServerResponse) => void;

const json =
  (status: number, body: unknown): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };

describe('TwilioCarrier', () => {
  let server: Server;
  let seen: Seen[];
  let answers: Answer[];
  let carrier: TwilioCarrier;

  beforeEach(async () => {
    seen = [];
    answers = [];
    server = createServer((request, response) => void respond(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    carrier = new TwilioCarrier({
      accountSid,
      authToken: 'token',
      baseUrl: `http://127.0.0.1:${port}/prefix/`,
      timeoutMs: 500,
    });
  });

  afterEach(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form: Record<string, string[]> = {};
    for (const [name, value] of new URLSearchParams(body)) (form[name] ??= []).push(value);
    const entry: Seen = {
      line: `${request.method} ${request.url}`,
      form,
      authorization: request.headers.authorization,
    };
    seen.push(entry);
    const answer = answers.shift();
    if (answer) answer(entry, response);
    else response.destroy(new Error('an unexpected request'));
  }

  const call = {
    from: '+15005550006',
    to: '+14155552671',
    answerUrl: 'https://h/answer/1',
    statusUrl: 'https://h/status/1',
    ringTimeoutS: 60,
    timeLimitS: 3600,
  };

  it('places a call with our address in every URL', async () => {
    answers.push(json(201, { sid, status: 'queued' }));
    await expect(carrier.place(call)).resolves.toEqual({ sid, status: 'queued' });
    expect(seen).toEqual([
      {
        line: `POST /prefix${account}/Calls.json`,
        authorization: `Basic ${Buffer.from(`${accountSid}:token`).toString('base64')}`,
        form: {
          To: ['+14155552671'],
          From: ['+15005550006'],
          Url: ['https://h/answer/1'],
          Method: ['POST'],
          StatusCallback: ['https://h/status/1'],
          StatusCallbackMethod: ['POST'],
          StatusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
          Timeout: ['60'],
          TimeLimit: ['3600'],
        },
      },
    ]);
  });

  it.each<[string, Answer, string]>([
    ['a refused number', json(400, { code: 21217, message: 'not valid', status: 400 }), 'CARRIER.REFUSED'],
    ['wrong credentials', json(401, { code: 20003, message: 'Authenticate' }), 'CARRIER.UNAUTHENTICATED'],
    ['too many requests', json(429, { code: 20429, message: 'slow down' }), 'CARRIER.RATE_LIMITED'],
    [
      'a fault without JSON',
      (_request, response) => response.writeHead(503).end('<html>'),
      'CARRIER.UNAVAILABLE',
    ],
    ['a cut connection', (_request, response) => response.destroy(), 'CARRIER.UNKNOWN_OUTCOME'],
    ['silence', () => undefined, 'CARRIER.UNKNOWN_OUTCOME'],
    ['a body that is no call', json(201, {}), 'CARRIER.UNKNOWN_OUTCOME'],
  ])('translates %s and repeats nothing', async (_name, answer, code) => {
    answers.push(answer);
    await expect(carrier.place(call)).rejects.toMatchObject({ code });
    expect(seen).toHaveLength(1);
  });

  it('tells a user whose own account is not accepted that it is theirs to mend', async () => {
    const { port } = server.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}/prefix/`;
    const theirs = new TwilioCarrier({ accountSid, authToken: 'wrong', owner: 'user', baseUrl });
    answers.push(json(401, { code: 20003, message: 'Authenticate' }));
    await expect(theirs.ownNumber('+14155552671')).rejects.toMatchObject({
      code: 'CARRIER.UNAUTHENTICATED',
      kind: 'invalid',
    });
  });

  it('knows when nothing was sent', async () => {
    const unreachable = new TwilioCarrier({ accountSid, authToken: 't', baseUrl: 'http://127.0.0.1:1' });
    const error: unknown = await unreachable.place(call).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CARRIER.UNAVAILABLE' });
    // The HTTP client's own error holds the request, and with it the credentials.
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('Basic ');
  });

  it('ends a call, and takes one that is over for ended', async () => {
    answers.push(json(200, { sid, status: 'completed' }));
    await expect(carrier.end(sid)).resolves.toEqual({ sid, status: 'completed' });
    expect(seen[0]).toMatchObject({
      line: `POST /prefix${account}/Calls/${sid}.json`,
      form: { Status: ['completed'] },
    });
    answers.push(json(400, { code: 21220, message: 'Call is not in-progress.' }));
    await expect(carrier.end(sid)).resolves.toBeNull();
    answers.push(json(404, { code: 20404, message: 'not found' }));
    await expect(carrier.end(sid)).resolves.toBeNull();
  });

  it('fetches a call', async () => {
    answers.push(json(200, { sid, status: 'no-answer' }), json(404, { code: 20404 }));
    await expect(carrier.fetch(sid)).resolves.toEqual({ sid, status: 'no-answer' });
    await expect(carrier.fetch(sid)).resolves.toBeNull();
  });

  const purchase = {
    areaCode: '415',
    voiceUrl: 'https://h/inbound',
    statusUrl: 'https://h/inbound-status',
    label: 'parley 1',
  };

  it('buys the first number that is still there', async () => {
    const forSale = ['+14155550101', '+14155550102'].map((number) => ({ phone_number: number }));
    answers.push(json(200, { available_phone_numbers: forSale, uri: '/x' }));
    answers.push(json(400, { code: 21422, message: 'not available' }));
    answers.push(json(201, { sid: 'PN1', phone_number: '+14155550102' }));
    await expect(carrier.buyNumber(purchase)).resolves.toEqual({ number: '+14155550102', carrierId: 'PN1' });
    expect(seen[0]?.line).toContain(
      `${account}/AvailablePhoneNumbers/US/Local.json?AreaCode=415&VoiceEnabled=true`,
    );
    expect(seen[2]).toMatchObject({
      line: `POST /prefix${account}/IncomingPhoneNumbers.json`,
      form: {
        PhoneNumber: ['+14155550102'],
        FriendlyName: ['parley 1'],
        VoiceUrl: ['https://h/inbound'],
        VoiceMethod: ['POST'],
        StatusCallback: ['https://h/inbound-status'],
        StatusCallbackMethod: ['POST'],
      },
    });
  });

  it('says when there is none for sale', async () => {
    answers.push(json(200, { available_phone_numbers: [], uri: '/x' }));
    await expect(carrier.buyNumber(purchase)).rejects.toMatchObject({ code: 'CARRIER.NO_NUMBERS' });
  });

  it('finds a number by its label', async () => {
    const page = {
      incoming_phone_numbers: [{ sid: 'PN1', phone_number: '+14155550102' }],
      next_page_uri: null,
    };
    answers.push(json(200, page), json(200, { ...page, incoming_phone_numbers: [] }));
    await expect(carrier.findNumber('parley 1')).resolves.toEqual({
      number: '+14155550102',
      carrierId: 'PN1',
    });
    await expect(carrier.findNumber('parley 2')).resolves.toBeNull();
    expect(seen[0]?.line).toContain('FriendlyName=parley%201');
  });
});
