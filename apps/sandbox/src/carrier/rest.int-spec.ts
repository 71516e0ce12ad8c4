import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { eventually } from '@parley/testing';
import Ajv from 'ajv';
import twilio from 'twilio';
import { CarrierRig, ACCOUNT_SID, AUTH_TOKEN, OWN_NUMBER, PERSON_NUMBER } from '../testing/carrier-rig';
import { PlainPerson } from '../testing/plain-person';
import { signRequest } from './signature';

let rig: CarrierRig;
beforeEach(async () => {
  rig = new CarrierRig();
  await rig.start();
  rig.people.set(PERSON_NUMBER, new PlainPerson('ring'));
});
afterEach(() => rig.close());

const order = () => ({ to: PERSON_NUMBER, from: OWN_NUMBER, url: `${rig.product.url}/answer` });

describe('numbers, through the official SDK', () => {
  it('are found, bought, pointed somewhere, listed and released', async () => {
    const found = await rig.client.availablePhoneNumbers('US').local.list({ areaCode: 415, limit: 3 });
    expect(found).toHaveLength(3);
    const bought = await rig.client.incomingPhoneNumbers.create({
      phoneNumber: found[0]!.phoneNumber,
      voiceUrl: 'https://example.com/voice',
      statusCallback: 'https://example.com/status',
    });
    expect(bought).toMatchObject({
      phoneNumber: found[0]!.phoneNumber,
      voiceUrl: 'https://example.com/voice',
      voiceMethod: 'POST',
      status: 'in-use',
    });
    const again = await rig.client.availablePhoneNumbers('US').local.list({ areaCode: 415, limit: 3 });
    expect(again.map(({ phoneNumber }) => phoneNumber)).not.toContain(bought.phoneNumber);
    const changed = await rig.client
      .incomingPhoneNumbers(bought.sid)
      .update({ voiceUrl: 'https://example.com/other' });
    expect(changed).toMatchObject({
      voiceUrl: 'https://example.com/other',
      statusCallback: 'https://example.com/status',
    });
    expect(await rig.client.incomingPhoneNumbers.list({ phoneNumber: bought.phoneNumber })).toHaveLength(1);
    expect(await rig.client.incomingPhoneNumbers(bought.sid).remove()).toBe(true);
    await expect(rig.client.incomingPhoneNumbers(bought.sid).fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
  });

  it.each([
    ['12', 21421],
    [OWN_NUMBER, 21422],
  ])('%s cannot be bought: %i', async (phoneNumber, code) => {
    await expect(rig.client.incomingPhoneNumbers.create({ phoneNumber })).rejects.toMatchObject({ code });
  });

  it('have the one of the documented requests in area 123, once', async () => {
    const inArea = () => rig.client.availablePhoneNumbers('US').local.list({ areaCode: 123 });
    const documented = '+11234567890';
    expect((await inArea()).map(({ phoneNumber }) => phoneNumber)).toEqual([documented]);
    expect(await rig.client.incomingPhoneNumbers.create({ phoneNumber: documented })).toMatchObject({
      phoneNumber: documented,
    });
    expect(await inArea()).toEqual([]);
    await expect(rig.client.incomingPhoneNumbers.create({ areaCode: '123' })).rejects.toMatchObject({
      code: 21452,
    });
  });

  it('are not sold in every country', async () => {
    await expect(rig.client.availablePhoneNumbers('ZZ').local.list()).rejects.toMatchObject({ status: 404 });
  });
});

describe('accounts', () => {
  const theirs = { accountSid: `AC${'b'.repeat(32)}`, authToken: 'theirs', ownedNumbers: ['+14155550300'] };
  const client = (accountSid: string, authToken: string) => {
    const made = twilio(accountSid, authToken);
    made.api.baseUrl = rig.baseUrl;
    return made;
  };

  it('have numbers and calls of their own, under a token of their own', async () => {
    rig.accounts.add(theirs);
    const their = client(theirs.accountSid, theirs.authToken);
    const [own] = await their.incomingPhoneNumbers.list();
    expect(own?.phoneNumber).toBe('+14155550300');
    expect(await rig.client.incomingPhoneNumbers.list({ phoneNumber: '+14155550300' })).toEqual([]);
    await expect(rig.client.incomingPhoneNumbers(own!.sid).fetch()).rejects.toMatchObject({ status: 404 });
    await expect(their.calls.create(order())).rejects.toMatchObject({ code: 21210 });
    for (const [sid, token] of [
      [theirs.accountSid, AUTH_TOKEN],
      [ACCOUNT_SID, theirs.authToken],
    ] as const)
      await expect(client(sid, token).calls.list()).rejects.toMatchObject({ status: 401, code: 20003 });
  });

  it('sign what their calls ask with their own token', async () => {
    rig.accounts.add(theirs);
    rig.people.set(PERSON_NUMBER, new PlainPerson());
    rig.product.documents['/answer'] = '<Response><Hangup/></Response>';
    await client(theirs.accountSid, theirs.authToken).calls.create({ ...order(), from: '+14155550300' });
    await eventually(() => expect(rig.product.on('/answer')).toHaveLength(1));
    const asked = rig.product.on('/answer')[0]!;
    expect(asked.params['AccountSid']).toBe(theirs.accountSid);
    expect(asked.signature).toBe(signRequest(theirs.authToken, order().url, asked.params));
  });

  it('own no number twice', async () => {
    rig.accounts.add(theirs);
    const [found] = await rig.client.availablePhoneNumbers('US').local.list({ areaCode: 415, limit: 1 });
    const { phoneNumber } = found!;
    const their = client(theirs.accountSid, theirs.authToken);
    await their.incomingPhoneNumbers.create({ phoneNumber });
    await expect(rig.client.incomingPhoneNumbers.create({ phoneNumber })).rejects.toMatchObject({
      code: 21422,
    });
    const other = { accountSid: `AC${'c'.repeat(32)}`, authToken: 't', ownedNumbers: [phoneNumber] };
    expect(() => rig.accounts.add(other)).toThrow(/another account/);
    expect(() => rig.accounts.add(theirs)).toThrow(/already/);
  });
});

describe('calls, through the official SDK', () => {
  it.each([
    [{ to: 'abc' }, 21211],
    [{ to: '+1123' }, 21211],
    [{ from: '+14155550199' }, 21210],
    [{ from: '12' }, 21212],
    [{ url: 'no url' }, 21205],
    [{ statusCallback: 'no url' }, 21609],
    [{ statusCallbackEvent: ['exploded'] }, 21626],
    [{ timeout: 9_999 }, 20001],
  ])('with %j are refused with %i', async (change, code) => {
    await expect(rig.client.calls.create({ ...order(), ...change })).rejects.toMatchObject({
      status: 400,
      code,
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(rig.lines('rest_request')).toMatchObject([{ status: 400, errorCode: code }]);
    expect(rig.lines('call_created')).toHaveLength(0);
  });

  it('are listed newest first, page by page, and filtered', async () => {
    const sids: string[] = [];
    for (let i = 0; i < 5; i++) sids.unshift((await rig.client.calls.create(order())).sid);
    const listed = await rig.client.calls.list({ pageSize: 2 });
    expect(listed.map(({ sid }) => sid)).toEqual(sids);
    expect(rig.lines('rest_request').filter(({ method }) => method === 'GET')).toHaveLength(3);
    expect(await rig.client.calls.list({ to: '+14155550999' })).toHaveLength(0);
    expect(await rig.client.calls.list({ startTimeAfter: new Date(Date.now() + 60_000) })).toHaveLength(0);
    expect(await rig.client.calls.list({ startTimeAfter: new Date(Date.now() - 60_000) })).toHaveLength(5);
  });

  it('that are unknown or not in progress cannot be changed', async () => {
    await expect(rig.client.calls(`CA${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({ code: 20404 });
    const { sid } = await rig.client.calls.create(order());
    await expect(rig.client.calls(sid).update({ twiml: '<Response/>' })).rejects.toMatchObject({
      code: 21220,
    });
  });

  it('are new: queued, outbound, without price', async () => {
    const call = await rig.client.calls.create(order());
    expect(call).toMatchObject({
      sid: expect.stringMatching(/^CA[0-9a-f]{32}$/),
      status: 'queued',
      direction: 'outbound-api',
      duration: null,
      startTime: null,
      price: null,
      toFormatted: '(415) 555-0142',
    });
  });

  it('suffer the faults of the API', async () => {
    rig.faults.replace({ carrier: { restStatus: { value: 429, times: 1 } } });
    await expect(rig.client.calls.create(order())).rejects.toMatchObject({ status: 429, code: 20429 });
    await rig.client.calls.create(order());
  });
});

const specFile = resolve(process.cwd(), '../shared/reference/wire/twilio_subset.json');
// The description is not part of the project; where it lies beside it, it is held to.
if (existsSync(specFile))
  describe('against the published description of the API', () => {
    const paths = {
      calls: '/2010-04-01/Accounts/{AccountSid}/Calls.json',
      call: '/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json',
      numbers: '/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json',
      number: '/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{Sid}.json',
      available: '/2010-04-01/Accounts/{AccountSid}/AvailablePhoneNumbers/{CountryCode}/Local.json',
    };
    interface Operation {
      requestBody?: { content: Record<string, { schema: { properties: Record<string, unknown> } }> };
      responses: Record<string, { content?: Record<string, { schema: object }> }>;
    }

    function readSpec() {
      const spec = JSON.parse(readFileSync(specFile, 'utf8')) as {
        paths: Record<string, Record<string, Operation>>;
        components: object;
      };
      const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
      ajv.addSchema({ $id: 'twilio', components: spec.components });
      return { spec, ajv };
    }

    async function answerOf(method: string, path: string, form?: Record<string, string>) {
      const response = await fetch(`${rig.baseUrl}/2010-04-01/Accounts/${ACCOUNT_SID}/${path}`, {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`,
          ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(form && { body: new URLSearchParams(form).toString() }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    }

    it('all answers fit their schemas', async () => {
      const { spec, ajv } = readSpec();
      const check = (
        path: string,
        method: string,
        { status, body }: Awaited<ReturnType<typeof answerOf>>,
      ) => {
        const schema =
          spec.paths[path]?.[method]?.responses[String(status)]?.content?.['application/json']?.schema;
        expect(schema).toBeDefined();
        const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"twilio#/')) as object;
        const validate = ajv.compile(absolute);
        validate(body);
        expect(validate.errors).toBeNull();
      };
      const created = await answerOf('POST', 'Calls.json', {
        To: PERSON_NUMBER,
        From: OWN_NUMBER,
        Url: `${rig.product.url}/answer`,
      });
      check(paths.calls, 'post', created);
      const call = `Calls/${String(created.body['sid'])}.json`;
      check(paths.call, 'get', await answerOf('GET', call));
      check(paths.calls, 'get', await answerOf('GET', 'Calls.json?PageSize=1'));
      check(paths.call, 'post', await answerOf('POST', call, { Status: 'completed' }));
      const available = await answerOf('GET', 'AvailablePhoneNumbers/US/Local.json?AreaCode=415');
      check(paths.available, 'get', available);
      const bought = await answerOf('POST', 'IncomingPhoneNumbers.json', { PhoneNumber: '+14155552100' });
      check(paths.numbers, 'post', bought);
      const number = `IncomingPhoneNumbers/${String(bought.body['sid'])}.json`;
      check(paths.number, 'get', await answerOf('GET', number));
      check(paths.number, 'post', await answerOf('POST', number, { VoiceUrl: 'https://example.com/' }));
      check(paths.numbers, 'get', await answerOf('GET', 'IncomingPhoneNumbers.json'));
    });

    it('has every parameter that the SDK sent in these requests', async () => {
      const { spec } = readSpec();
      await rig.client.calls.create({
        ...order(),
        method: 'POST',
        timeout: 30,
        timeLimit: 3600,
        statusCallback: `${rig.product.url}/status`,
        statusCallbackMethod: 'POST',
        statusCallbackEvent: ['initiated', 'completed'],
      });
      const [request] = rig.lines('rest_request');
      const known =
        spec.paths[paths.calls]?.['post']?.requestBody?.content['application/x-www-form-urlencoded']?.schema;
      for (const name of Object.keys(request?.['params'] as object))
        expect(Object.keys(known?.properties ?? {})).toContain(name);
    });
  });
