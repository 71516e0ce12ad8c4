import { buyNumber } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { CallControlHarness } from '../testing/call-control.harness';

const harness = new CallControlHarness();
const { carrier } = harness;
const buy = (command_id = newId()) =>
  harness.asks.ask(buyNumber, {
    user_id: harness.userId,
    command_id,
    number_id: newId(),
    area_code: '415',
    inbound_agent: null,
  });

beforeAll(() => harness.start());
afterAll(() => harness.close());

describe('buying a number', () => {
  it('buys at the carrier, points it here, and has config store it', async () => {
    const number = await buy();
    expect(carrier.bought.at(-1)).toMatchObject({
      number: number.number,
      carrierId: number.carrier_number_id,
      areaCode: '415',
      voiceUrl: 'https://parley.example.com/carriers/twilio/inbound',
      statusUrl: 'https://parley.example.com/carriers/twilio/inbound-status',
    });
    expect(harness.createdNumbers).toContain(number.number);
  });

  it('buys once for a repeated command', async () => {
    const before = carrier.bought.length;
    const command = newId();
    const first = await buy(command);
    expect((await buy(command)).number).toBe(first.number);
    expect(carrier.bought).toHaveLength(before + 1);
  });

  it('goes on where it stopped when config was away', async () => {
    const before = carrier.bought.length;
    const command = newId();
    harness.configFails = true;
    await expect(buy(command)).rejects.toMatchObject({ code: 'CONFIG.AWAY' });
    await expect(buy(command)).resolves.toMatchObject({ number: carrier.bought.at(-1)?.number });
    expect(carrier.bought).toHaveLength(before + 1);
  });

  it('finds the number again whose purchase was not answered', async () => {
    const before = carrier.bought.length;
    const command = newId();
    carrier.loseAnswer();
    await expect(buy(command)).rejects.toMatchObject({ code: 'CARRIER.UNKNOWN_OUTCOME' });
    await expect(buy(command)).resolves.toMatchObject({ number: carrier.bought.at(-1)?.number });
    expect(carrier.bought).toHaveLength(before + 1);
  });
});
