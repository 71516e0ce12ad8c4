import { deliveryRequest } from './delivery-request';

const event = {
  eventId: '0192a0f0-0000-7000-8000-000000000001',
  callId: '0192a0f0-0000-7000-8000-0000000000ca',
  type: 'event_message',
  payload: { text: 'a & b = ü', sender: 'bot' },
  sequence: 3,
  createdAtMs: Date.parse('2026-11-20T10:00:00.123Z'),
};

describe('deliveryRequest', () => {
  it('posts the event as JSON', () => {
    const request = deliveryRequest(
      { url: 'https://a.example/x?y=1', method: 'POST' },
      event,
      1_700_000_000_999,
    );
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://a.example/x?y=1',
      headers: {
        'content-type': 'application/json',
        'webhook-id': event.eventId,
        'webhook-timestamp': '1700000000',
        'user-agent': 'Parley',
      },
    });
    expect(JSON.parse(request.body!)).toEqual({
      type: 'event_message',
      call_id: event.callId,
      payload: event.payload,
      sequence: 3,
      event_id: event.eventId,
      created_at: '2026-11-20T10:00:00.123Z',
    });
  });

  it('keeps its id over attempts, and tells the time of each', () => {
    const [first, second] = [1_000, 6_000].map((nowMs) =>
      deliveryRequest({ url: 'https://a.example', method: 'POST' }, event, nowMs),
    );
    expect(first!.headers['webhook-id']).toBe(second!.headers['webhook-id']);
    expect([first!.headers['webhook-timestamp'], second!.headers['webhook-timestamp']]).toEqual(['1', '6']);
    expect(first!.body).toBe(second!.body);
  });

  it.each([
    ['https://a.example/x', 'https://a.example/x'],
    ['https://a.example/x?key=v#part', 'https://a.example/x'],
  ])('with GET puts everything into the query of %s', (url, address) => {
    const request = deliveryRequest({ url, method: 'GET' }, event, 1_000);
    const sent = new URL(request.url);
    expect(request.body).toBeUndefined();
    expect(request.headers).not.toHaveProperty('content-type');
    expect(sent.origin + sent.pathname).toBe(address);
    expect(sent.searchParams.get('key')).toBe(new URL(url).searchParams.get('key'));
    expect(sent.searchParams.get('type')).toBe('event_message');
    expect(sent.searchParams.get('call_id')).toBe(event.callId);
    expect(sent.searchParams.get('sequence')).toBe('3');
    expect(JSON.parse(sent.searchParams.get('payload')!)).toEqual(event.payload);
  });

  it('tells the call’s metadata as it was given, beside the payload', () => {
    const metadata = { customer: '4711', 'a b': 'ü & =' };
    const target = { url: 'https://a.example', method: 'POST' as const };
    const told = { ...event, metadata };
    expect(JSON.parse(deliveryRequest(target, told, 1_000).body!)).toMatchObject({ metadata });
    const { searchParams } = new URL(deliveryRequest({ ...target, method: 'GET' }, told, 1_000).url);
    expect(JSON.parse(searchParams.get('metadata')!)).toEqual(metadata);
    expect(deliveryRequest({ ...target, method: 'GET' }, event, 1_000).url).not.toContain('metadata');
  });
});
