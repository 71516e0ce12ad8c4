import { existsSync, readFileSync } from 'node:fs';
import { FRAME_BYTES, dtmfMulaw } from '@parley/audio';
import { eventually } from '@parley/testing';
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  CarrierRig,
  OTHER_NUMBER,
  OWN_NUMBER,
  PERSON_NUMBER,
} from '../testing/carrier-rig';
import { PlainPerson } from '../testing/plain-person';
import type { ProductSocket } from '../testing/small-product';

let rig: CarrierRig;
let person: PlainPerson;

beforeEach(async () => {
  rig = new CarrierRig();
  await rig.start();
  person = new PlainPerson();
  rig.people.set(PERSON_NUMBER, person);
});
afterEach(() => rig.close());

const allEvents = ['initiated', 'ringing', 'answered', 'completed'];
const order = () => ({
  to: PERSON_NUMBER,
  from: OWN_NUMBER,
  url: `${rig.product.url}/answer?call=1`,
  statusCallback: `${rig.product.url}/status`,
  statusCallbackEvent: allEvents,
});

/** Dials the person and connects the call to the product's media socket. */
async function connect(): Promise<ProductSocket & { streamSid: string; callSid: string }> {
  rig.product.documents['/answer'] = rig.connectTwiml();
  const { sid } = await rig.client.calls.create(order());
  return eventually(() => {
    const [socket] = rig.product.sockets;
    const start = socket?.messages.find((message) => message['event'] === 'start');
    if (!socket || !start) throw new Error('no stream yet');
    return Object.assign(socket, { streamSid: String(start['streamSid']), callSid: sid });
  });
}

const named = (socket: ProductSocket, event: string) =>
  socket.messages.filter((message) => message['event'] === event);
const statuses = () => rig.product.on('/status').map(({ params }) => params['CallStatus']);
const media = (streamSid: string, payload: Uint8Array) =>
  JSON.stringify({ event: 'media', streamSid, media: { payload: Buffer.from(payload).toString('base64') } });

describe('an outbound call', () => {
  it('is dialled, connected, recorded and reported, every request signed', async () => {
    const socket = await connect();
    expect(socket).toMatchObject({ path: '/media/token', signed: true });
    expect(socket.messages.slice(0, 2)).toEqual([
      { event: 'connected', protocol: 'Call', version: '1.0.0' },
      {
        event: 'start',
        sequenceNumber: '1',
        start: {
          accountSid: ACCOUNT_SID,
          streamSid: socket.streamSid,
          callSid: socket.callSid,
          tracks: ['inbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters: { callId: 'a & b' },
        },
        streamSid: socket.streamSid,
      },
    ]);
    await eventually(() => expect(named(socket, 'media').length).toBeGreaterThan(3));
    rig.product.documents['/ended'] = '<Response><Hangup/></Response>';
    socket.socket.close(1000);
    await eventually(() => expect(statuses()).toHaveLength(4));
    expect([...statuses()].sort()).toEqual(['completed', 'in-progress', 'initiated', 'ringing']);
    expect(rig.product.requests.every(({ signed }) => signed)).toBe(true);
    const last = rig.product.on('/status').find(({ params }) => params['CallStatus'] === 'completed');
    expect(last?.params).toMatchObject({
      SequenceNumber: '3',
      CallbackSource: 'call-progress-events',
      CallDuration: expect.stringMatching(/^\d+$/),
      Direction: 'outbound-api',
      To: PERSON_NUMBER,
    });
    expect(rig.product.on('/ended')).toHaveLength(1);
    expect(person.isClosed).toBe(true);
    const [recording] = rig.lines('recording_written');
    expect(existsSync(String(recording?.['file']))).toBe(true);
    const wav = readFileSync(String(recording?.['file']));
    expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
    expect(await rig.client.calls(socket.callSid).fetch()).toMatchObject({ status: 'completed' });
  });

  it('numbers its media messages and times them by 20 ms', async () => {
    const socket = await connect();
    person.toSay.push(Buffer.alloc(FRAME_BYTES, 0x12));
    await eventually(() => expect(named(socket, 'media').length).toBeGreaterThan(5));
    const messages = named(socket, 'media');
    expect(socket.messages.slice(1).map((message) => Number(message['sequenceNumber']))).toEqual(
      socket.messages.slice(1).map((_, index) => index + 1),
    );
    const frames = messages.map((message) => message['media'] as Record<string, string>);
    expect(frames.map(({ chunk }) => Number(chunk))).toEqual(frames.map((_, index) => index + 1));
    expect(frames.map(({ timestamp }) => Number(timestamp))).toEqual(frames.map((_, index) => index * 20));
    expect(frames.every(({ payload }) => Buffer.from(payload!, 'base64').length === FRAME_BYTES)).toBe(true);
    expect(frames.some(({ payload }) => Buffer.from(payload!, 'base64')[0] === 0x12)).toBe(true);
  });

  it.each([
    ['busy', 'busy'],
    ['no-answer', 'no-answer'],
    ['failed', 'failed'],
  ])('made %s by a fault is reported so', async (value, status) => {
    rig.faults.replace({ carrier: { answer: value } });
    await rig.client.calls.create({ ...order(), timeout: 1 });
    await eventually(() => expect(statuses()).toContain(status));
    expect(rig.product.on('/answer?call=1')).toHaveLength(0);
  });

  it('is busy, not answered or failed as its person has it', async () => {
    rig.people.set(PERSON_NUMBER, new PlainPerson('busy'));
    await rig.client.calls.create(order());
    await eventually(() => expect(statuses()).toContain('busy'));
    rig.people.set(PERSON_NUMBER, new PlainPerson('ring'));
    await rig.client.calls.create({ ...order(), timeout: 1 });
    await eventually(() => expect(statuses()).toContain('no-answer'));
    rig.people.delete(PERSON_NUMBER);
    await rig.client.calls.create(order());
    await eventually(() => expect(statuses()).toContain('failed'));
  });

  it('ends by REST: stop is sent, then the socket closed', async () => {
    const socket = await connect();
    await rig.client.calls(socket.callSid).update({ status: 'completed' });
    await eventually(() => expect(socket.closeCode).toBe(1000));
    expect(socket.messages.at(-1)).toMatchObject({
      event: 'stop',
      stop: { accountSid: ACCOUNT_SID, callSid: socket.callSid },
    });
    expect(rig.product.on('/ended')).toHaveLength(0);
    await expect(rig.client.calls(socket.callSid).update({ status: 'completed' })).rejects.toMatchObject({
      status: 400,
      code: 21220,
    });
  });

  it('goes on with another document by REST', async () => {
    const socket = await connect();
    await rig.client
      .calls(socket.callSid)
      .update({ twiml: '<Response><Play digits="7#"/><Hangup/></Response>' });
    await eventually(() => expect(rig.lines('digits_heard').map(({ digit }) => digit)).toEqual(['7', '#']));
    await eventually(() => expect(person.isClosed).toBe(true));
    expect(named(socket, 'stop')).toHaveLength(1);
  });

  it('ends without a callback when it is cancelled in the queue', async () => {
    const record = rig.carrier.create({ To: PERSON_NUMBER, From: OWN_NUMBER, Url: `${rig.product.url}/a` });
    rig.carrier.update(record.sid, { Status: 'canceled' }, '');
    expect(record.status).toBe('canceled');
    await eventually(() => expect(rig.lines('call_ended')).toHaveLength(1));
    expect(rig.lines('status_callback')).toHaveLength(0);
  });

  it('survives a socket that is lost, and asks the action', async () => {
    const socket = await connect();
    rig.product.documents['/ended'] = rig.connectTwiml('/media/second');
    socket.socket.terminate();
    await eventually(() => expect(rig.product.sockets[1]?.path).toBe('/media/second'));
    expect(rig.lines('stream_stopped')).toMatchObject([{ by: 'socket_lost', closeCode: 1006 }]);
    expect(rig.product.on('/ended')).toMatchObject([{ params: { CallStatus: 'in-progress' } }]);
  });

  it.each([
    ['<Response><Connect>', 12100],
    ['<Response><Unknown/></Response>', 12100],
    ['<Answer/>', 12100],
    ['<Response><Dial></Dial></Response>', 13224],
  ])('ends on the document %s', async (twiml, error) => {
    rig.product.documents['/answer'] = twiml;
    await rig.client.calls.create(order());
    await eventually(() => expect(rig.lines('twiml_error')).toMatchObject([{ error }]));
    await eventually(() => expect(statuses()).toContain('completed'));
  });

  it('ends when the product does not answer 200', async () => {
    rig.product.documents['/answer'] = () => ({ status: 500, body: 'broken' });
    await rig.client.calls.create(order());
    await eventually(() => expect(rig.lines('webhook_failed')).toMatchObject([{ error: 11200 }]));
    await eventually(() => expect(statuses()).toContain('completed'));
  });
});

describe('a media stream', () => {
  it('plays what it gets, in order and in real time, and returns marks when all before them was played', async () => {
    const socket = await connect();
    const { streamSid } = socket;
    const frames = Array.from({ length: 10 }, (_, index) => Buffer.alloc(FRAME_BYTES, index + 1));
    for (const frame of frames) socket.socket.send(media(streamSid, frame));
    socket.socket.send(JSON.stringify({ event: 'mark', streamSid, mark: { name: 'end' } }));
    await eventually(() => expect(named(socket, 'mark')).toHaveLength(1));
    expect(person.heard).toHaveLength(10);
    expect(Buffer.concat(person.heard)).toEqual(Buffer.concat(frames));
    const { atMs: receivedAtMs } = rig.lines('mark_received')[0] as { atMs: number };
    const { atMs: returnedAtMs } = rig.lines('mark_returned')[0] as { atMs: number };
    expect(returnedAtMs - receivedAtMs).toBeGreaterThanOrEqual(180);
    expect(named(socket, 'mark')[0]).toEqual({
      event: 'mark',
      sequenceNumber: expect.any(String),
      streamSid,
      mark: { name: 'end' },
    });
  });

  it('returns a mark at once when nothing waits', async () => {
    const socket = await connect();
    socket.socket.send(JSON.stringify({ event: 'mark', streamSid: socket.streamSid, mark: { name: 'now' } }));
    await eventually(() => expect(named(socket, 'mark')).toHaveLength(1));
    expect(rig.lines('mark_received')).toMatchObject([{ bufferedMs: 0 }]);
  });

  it('drops what waits at a clear, and returns the marks among it', async () => {
    const socket = await connect();
    const { streamSid } = socket;
    socket.socket.send(media(streamSid, Buffer.alloc(8000 * 5, 1)));
    for (const name of ['a', 'b'])
      socket.socket.send(JSON.stringify({ event: 'mark', streamSid, mark: { name } }));
    await eventually(() => expect(person.heard.length).toBeGreaterThan(2));
    socket.socket.send(JSON.stringify({ event: 'clear', streamSid }));
    await eventually(() => expect(named(socket, 'mark')).toHaveLength(2));
    const heard = person.heard.length;
    const frames = person.frameTimes.length;
    await eventually(() => expect(person.frameTimes.length).toBeGreaterThan(frames + 5));
    expect(person.heard).toHaveLength(heard);
    const [clear] = rig.lines('clear');
    expect(Number(clear?.['droppedMs'])).toBeGreaterThan(4_000);
    expect(rig.lines('mark_returned')).toMatchObject([{ cleared: true }, { cleared: true }]);
  });

  it('takes at most ten minutes of audio', async () => {
    const socket = await connect();
    const minute = media(socket.streamSid, Buffer.alloc(8000 * 60, 1));
    for (let i = 0; i < 11; i++) socket.socket.send(minute);
    await eventually(() => expect(rig.lines('playout_discarded')).toMatchObject([{ error: 31931 }]));
    expect(socket.closeCode).toBeUndefined();
  });

  it.each([
    ['not JSON', () => 'hello'],
    ['an unknown event', (streamSid: string) => JSON.stringify({ event: 'hello', streamSid })],
    [
      'an extra field',
      (streamSid: string) =>
        JSON.stringify({ event: 'media', streamSid, media: { payload: '', track: 'outbound' } }),
    ],
    ['another streamSid', () => JSON.stringify({ event: 'clear', streamSid: 'MZ1' })],
  ])('is closed for %s', async (_, frame) => {
    const socket = await connect();
    socket.socket.send(frame(socket.streamSid));
    await eventually(() => expect(socket.closeCode).toBe(1008));
    expect(rig.lines('frame_refused')).toMatchObject([{ error: 31951 }]);
    expect(rig.product.on('/ended')).toMatchObject([{ params: { StreamEvent: 'stream-error' } }]);
  });

  it('is closed for a binary frame', async () => {
    const socket = await connect();
    socket.socket.send(Buffer.from([1, 2, 3]));
    await eventually(() => expect(socket.closeCode).toBe(1008));
    expect(rig.lines('frame_refused')).toMatchObject([{ error: 31950 }]);
  });

  it('tells of pressed keys, and decodes keys out of the tones that it plays', async () => {
    const socket = await connect();
    person.line?.press('5');
    await eventually(() =>
      expect(named(socket, 'dtmf')).toMatchObject([{ dtmf: { track: 'inbound_track', digit: '5' } }]),
    );
    socket.socket.send(media(socket.streamSid, dtmfMulaw('19#')));
    await eventually(() =>
      expect(rig.lines('digits_heard').map(({ digit }) => digit)).toEqual(['1', '9', '#']),
    );
  });

  it('that is refused goes to the action', async () => {
    rig.product.refuseSocketsWith = 403;
    rig.product.documents['/answer'] = rig.connectTwiml();
    await rig.client.calls.create(order());
    await eventually(() =>
      expect(rig.lines('stream_refused')).toMatchObject([{ error: 31920, httpStatus: 403 }]),
    );
    await eventually(() => expect(rig.product.on('/ended')).toHaveLength(1));
  });

  it('must be wss away from loopback', async () => {
    rig.product.documents['/answer'] =
      '<Response><Connect><Stream url="ws://media.example.com/x"/></Connect></Response>';
    await rig.client.calls.create(order());
    await eventually(() => expect(rig.lines('stream_refused')).toMatchObject([{ error: 31922 }]));
  });

  it('ends with the call when the person hangs up', async () => {
    const socket = await connect();
    person.line?.hangUp();
    await eventually(() => expect(socket.closeCode).toBe(1000));
    expect(named(socket, 'stop')).toHaveLength(1);
    await eventually(() => expect(rig.lines('call_ended')).toMatchObject([{ endedBy: 'person' }]));
  });
});

describe('an inbound call', () => {
  it('asks the number’s URL, rings until a verb answers, and transfers', async () => {
    const target = new PlainPerson();
    rig.people.set(OTHER_NUMBER, target);
    const [number] = await rig.client.incomingPhoneNumbers.list();
    await rig.client
      .incomingPhoneNumbers(number!.sid)
      .update({ voiceUrl: `${rig.product.url}/inbound`, statusCallback: `${rig.product.url}/status` });
    rig.product.documents['/inbound'] =
      `<Response><Dial callerId="${OWN_NUMBER}" timeout="20" action="/dialled"><Number>${OTHER_NUMBER}</Number></Dial></Response>`;
    const caller = new PlainPerson();
    rig.carrier.dialIn(PERSON_NUMBER, OWN_NUMBER, caller);
    await eventually(() => expect(target.isConnected).toBe(true));
    expect(rig.product.on('/inbound')).toMatchObject([
      { signed: true, params: { CallStatus: 'ringing', Direction: 'inbound', From: PERSON_NUMBER } },
    ]);
    const frame = Buffer.alloc(FRAME_BYTES, 0x33);
    caller.toSay.push(frame);
    target.toSay.push(Buffer.alloc(FRAME_BYTES, 0x44));
    await eventually(() => expect(target.heard).toEqual([frame]));
    await eventually(() => expect(caller.heard).toHaveLength(1));
    target.line?.hangUp();
    await eventually(() => expect(statuses()).toEqual(['completed']));
    expect(rig.product.on('/dialled')).toMatchObject([
      {
        params: {
          DialCallStatus: 'completed',
          DialBridged: 'true',
          DialCallSid: expect.stringMatching(/^CA/),
        },
      },
    ]);
    expect(caller.isClosed && target.isClosed).toBe(true);
  });

  it('takes the dialled leg with it when the caller hangs up', async () => {
    const target = new PlainPerson('ring');
    rig.people.set(OTHER_NUMBER, target);
    const [number] = await rig.client.incomingPhoneNumbers.list();
    await rig.client.incomingPhoneNumbers(number!.sid).update({ voiceUrl: `${rig.product.url}/inbound` });
    rig.product.documents['/inbound'] = `<Response><Dial>${OTHER_NUMBER}</Dial></Response>`;
    const caller = new PlainPerson();
    rig.carrier.dialIn(PERSON_NUMBER, OWN_NUMBER, caller);
    await eventually(() => expect(target.line).toBeDefined());
    caller.line?.hangUp();
    await eventually(() =>
      expect(rig.lines('leg_ended')).toMatchObject([{ status: 'canceled', bridged: false }]),
    );
    expect(target.isClosed).toBe(true);
  });
});

describe('faults of callbacks', () => {
  it.each([
    ['loseCallbacks', 0, 3],
    ['duplicateCallbacks', 0, 5],
  ] as const)('%s', async (fault, callIndex, count) => {
    rig.faults.replace({ carrier: { [fault]: { times: 1, callIndex } } });
    rig.product.documents['/answer'] = '<Response><Hangup/></Response>';
    await rig.client.calls.create(order());
    await eventually(() => expect(statuses()).toContain('completed'));
    await eventually(() => expect(statuses()).toHaveLength(count));
  });

  it('reorderCallbacks lets the next one go first', async () => {
    rig.faults.replace({ carrier: { reorderCallbacks: { times: 1 } } });
    rig.product.documents['/answer'] = '<Response><Hangup/></Response>';
    await rig.client.calls.create(order());
    await eventually(() => expect(statuses()).toHaveLength(4));
    expect(statuses().indexOf('initiated')).toBeGreaterThan(0);
  });

  it('dropSocketAfterMs cuts the media socket', async () => {
    rig.faults.replace({ carrier: { dropSocketAfterMs: { value: 60, times: 1 } } });
    const socket = await connect();
    await eventually(() => expect(socket.closeCode).toBe(1006));
    expect(rig.lines('stream_stopped')).toMatchObject([{ by: 'fault' }]);
  });

  it('loseMarks loses a mark', async () => {
    rig.faults.replace({ carrier: { loseMarks: { times: 1 } } });
    const socket = await connect();
    const mark = (name: string) =>
      socket.socket.send(JSON.stringify({ event: 'mark', streamSid: socket.streamSid, mark: { name } }));
    mark('lost');
    mark('kept');
    await eventually(() => expect(named(socket, 'mark')).toMatchObject([{ mark: { name: 'kept' } }]));
    expect(rig.lines('mark_lost')).toMatchObject([{ name: 'lost' }]);
  });
});

describe('many calls', () => {
  it('share one beat', async () => {
    rig.product.documents['/answer'] = rig.connectTwiml();
    const people = Array.from({ length: 20 }, (_, index) => {
      const one = new PlainPerson();
      rig.people.set(`+141555501${50 + index}`, one);
      return one;
    });
    await Promise.all(
      people.map((_, index) => rig.client.calls.create({ ...order(), to: `+141555501${50 + index}` })),
    );
    await eventually(() => expect(people.every((one) => one.frameTimes.length > 10)).toBe(true));
    for (const { frameTimes } of people) {
      const gaps = frameTimes.slice(1).map((atMs, index) => atMs - (frameTimes[index] ?? 0));
      expect(gaps.every((gap) => Math.abs(gap - 20) < 0.01)).toBe(true);
    }
  });
});

it('knows its account only', async () => {
  const get = (authorization: string, account = ACCOUNT_SID) =>
    fetch(`${rig.baseUrl}/2010-04-01/Accounts/${account}/Calls.json`, { headers: { authorization } });
  const basic = (token: string) => `Basic ${Buffer.from(`${ACCOUNT_SID}:${token}`).toString('base64')}`;
  expect((await get(basic(AUTH_TOKEN))).status).toBe(200);
  const refused = await get(basic('wrong'));
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ code: 20003, status: 401 });
  expect((await get(basic(AUTH_TOKEN), `AC${'b'.repeat(32)}`)).status).toBe(401);
});
