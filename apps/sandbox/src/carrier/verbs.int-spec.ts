import { eventually } from '@parley/testing';
import { CarrierRig, OWN_NUMBER, PERSON_NUMBER } from '../testing/carrier-rig';
import { PlainPerson } from '../testing/plain-person';

let rig: CarrierRig;
let caller: PlainPerson;
beforeEach(async () => {
  rig = new CarrierRig();
  await rig.start();
  caller = new PlainPerson();
});
afterEach(() => rig.close());

/** A person dials the account's number, whose voice URL is this path of the product. */
function dial(path: string): void {
  const number = rig.carrier.numbers.byNumber(OWN_NUMBER)!;
  rig.carrier.numbers.change(number, { VoiceUrl: rig.product.url + path });
  rig.carrier.dialIn(PERSON_NUMBER, OWN_NUMBER, caller);
}
const ended = () => eventually(() => expect(rig.lines('call_ended')).toHaveLength(1));
const verbs = () => rig.lines('twiml_verb').map(({ verb }) => verb);

it('says, pauses, redirects to a relative URL, and hangs up at the end of the document', async () => {
  rig.product.documents['/calls/in'] =
    '<Response><Say>two words</Say><Pause length="0"/><Redirect>next?a=1&amp;b=2</Redirect></Response>';
  rig.product.documents['/calls/next'] = '<Response><Say loop="2">one</Say></Response>';
  dial('/calls/in');
  await ended();
  expect(verbs()).toEqual(['Say', 'Pause', 'Redirect', 'Say']);
  // A tenth of a second a word: twice one word, once two.
  expect(caller.heard).toHaveLength(20);
  expect(rig.product.on('/calls/next?a=1&b=2')).toMatchObject([{ signed: true }]);
  expect(rig.lines('call_ended')).toMatchObject([{ status: 'completed', endedBy: 'twiml' }]);
});

it('rejects without answering', async () => {
  rig.product.documents['/in'] = '<Response><Reject reason="busy"/></Response>';
  dial('/in');
  await ended();
  expect(caller.isConnected).toBe(false);
  expect(rig.lines('call_ended')).toMatchObject([{ status: 'busy', durationMs: 0 }]);
});

it('fails a call whose first document cannot be read', async () => {
  rig.product.documents['/in'] = '<Response>';
  dial('/in');
  await ended();
  expect(rig.lines('call_ended')).toMatchObject([{ status: 'failed', endedBy: 'carrier' }]);
});

it('ends a pause when the person hangs up', async () => {
  rig.product.documents['/in'] = '<Response><Pause length="60"/></Response>';
  dial('/in');
  await eventually(() => expect(caller.isConnected).toBe(true));
  caller.line?.hangUp();
  await ended();
  expect(rig.lines('call_ended')).toMatchObject([{ endedBy: 'person' }]);
});

it.each([
  ['', 1],
  ['#rc=2&rp=all', 3],
  ['#rc=1&rp=5xx', 2],
  ['#rc=5&rp=4xx', 1],
])('retries a document behind %j: %i attempts', async (fragment, attempts) => {
  let asked = 0;
  rig.product.documents['/in'] = () =>
    ++asked < 3 ? { status: 500, body: '' } : { status: 200, body: '<Response/>' };
  dial(`/in${fragment}`);
  await ended();
  expect(rig.product.on('/in')).toHaveLength(attempts);
  expect(rig.product.requests.every(({ signed }) => signed)).toBe(true);
});

it('asks by GET where it is told to, with the parameters in the signed URL', async () => {
  rig.product.documents['/in'] = '<Response><Redirect method="GET">/get?x=1</Redirect></Response>';
  dial('/in');
  await ended();
  const request = rig.product.requests.at(-1);
  expect(request?.path).toMatch(/^\/get\?x=1&CallSid=CA/);
  expect(request).toMatchObject({ params: {}, signed: true });
});
