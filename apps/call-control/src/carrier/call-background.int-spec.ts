import { newId } from '@parley/kernel';
import type { FetchContext } from '@parley/contracts';
import { CallControlHarness, otherNumber, ownNumber } from '../testing/call-control.harness';

describe('what a call is told of its caller', () => {
  const harness = new CallControlHarness();
  const asked: FetchContext[] = [];

  beforeAll(() => harness.start());
  afterAll(() => harness.close());
  beforeEach(() => {
    asked.length = 0;
    const fetch = (request: FetchContext) => {
      asked.push(request);
      return { context: { name: 'Kian' }, problems: [{ code: 'CONTEXT.VALUES_DROPPED', message: 'tags' }] };
    };
    harness.integrations = { fetch, hasDocuments: true };
    withEndpoints('https://example.com/prompt', 'https://example.com/agent');
  });

  function withEndpoints(ofPrompt: string | null, ofAgent: string | null): void {
    const { agent } = harness;
    const prompt = { ...agent.prompt, context_endpoint: ofPrompt };
    const inbound_agent = { ...agent, prompt, context_endpoint: ofAgent };
    harness.numbers.set(ownNumber, harness.phoneNumber({ inbound_agent }));
  }

  async function called(changes: Record<string, string> = {}) {
    const sid = `CA${newId().replaceAll('-', '')}`;
    const params = { CallSid: sid, From: otherNumber, To: ownNumber, CallStatus: 'ringing', ...changes };
    return harness.attach(await harness.carrierAsks('inbound', null, params), sid);
  }

  it('is fetched from the prompt’s endpoint before the carrier is answered, and is on the call', async () => {
    const { spec } = await called();
    expect(asked).toEqual([
      {
        user_id: harness.userId,
        call_id: spec.call_id,
        url: 'https://example.com/prompt',
        phone_number: otherNumber,
      },
    ]);
    expect(spec).toMatchObject({ context: { name: 'Kian' }, has_knowledge: true });
    expect(await harness.problems(spec.call_id)).toEqual(['CONTEXT.VALUES_DROPPED']);
    expect((await harness.call(spec.call_id)).context).toEqual({ name: 'Kian' });
  });

  it('comes from the agent’s endpoint when the prompt has none', async () => {
    withEndpoints(null, 'https://example.com/agent');
    await called();
    expect(asked.map(({ url }) => url)).toEqual(['https://example.com/agent']);
  });

  it('is not asked for without an endpoint, or of a caller who withholds the number', async () => {
    expect((await called({ From: 'anonymous' })).spec.context).toBeNull();
    expect((await called({ From: '+266696687' })).spec.context).toBeNull();
    withEndpoints(null, null);
    expect((await called()).spec.context).toBeNull();
    expect(asked).toEqual([]);
  });

  it('is empty when integrations is away: the call goes on, and says so', async () => {
    harness.integrations = null;
    const { spec } = await called();
    expect(spec).toMatchObject({ context: {}, has_knowledge: false });
    expect(await harness.problems(spec.call_id)).toEqual([
      'INTEGRATIONS.UNAVAILABLE',
      'INTEGRATIONS.UNAVAILABLE',
    ]);
  });

  it('never keeps a caller waiting for more than three and a half seconds', async () => {
    harness.integrations = { fetch: () => new Promise(() => undefined), hasDocuments: false };
    const startedMs = performance.now();
    const { spec } = await called();
    expect(performance.now() - startedMs).toBeLessThan(3_900);
    expect(spec.context).toEqual({});
  });

  it('of a call that we place is what came with the request; its documents count, and a missing answer is on the call', async () => {
    const placed = await harness.place({ context: { name: 'Ada' } });
    expect(asked).toEqual([]);
    expect(placed.context).toEqual({ name: 'Ada' });
    expect(await harness.problems(placed.id)).toEqual([]);
    harness.integrations = null;
    const other = await harness.place();
    expect(await harness.problems(other.id)).toEqual(['INTEGRATIONS.UNAVAILABLE']);
  });
});
