import type { CallEvent } from '@parley/contracts';
import { newId } from '@parley/kernel';
import type { Told } from '@parley/messaging';
import { RecordingLogger } from '@parley/testing';
import { AcceptEvents } from './accept-events.use-case';
import type { AcceptedEvent } from './delivery.store';

const told = (text: string): Told => {
  const data: CallEvent = {
    event_id: newId(),
    user_id: newId(),
    call_id: newId(),
    sequence: 1,
    type: 'event_message',
    payload: { text },
    created_at_ms: 0,
    webhook_id: newId(),
  };
  return { id: data.event_id, subject: 's', data, seq: 1, deliveries: 1, traceId: undefined };
};

it('stores the rest of a batch that holds an event which cannot be stored', async () => {
  const stored: unknown[] = [];
  const add = (accepted: readonly AcceptedEvent[]) => {
    const texts = accepted.map(({ event }) => event.payload['text']);
    if (texts.includes('bad')) return Promise.reject(new Error('no'));
    stored.push(...texts);
    return Promise.resolve();
  };
  const unexpected = () => Promise.reject(new Error('not asked'));
  const logger = new RecordingLogger();
  const accept = new AcceptEvents({
    endpoints: { subscriptions: () => Promise.resolve(['event_message']), save: unexpected },
    deliveries: { add },
    asks: { ask: unexpected },
    logger,
    onAccepted: () => undefined,
  });
  const outcomes = await accept.handle([told('one'), told('bad'), told('two')]);
  expect(stored).toEqual(['one', 'two']);
  expect(outcomes).toEqual(['ack', { nakMs: 1_000 }, 'ack']);
  expect(logger.messages('warn')).toEqual(['event could not be stored; it comes again']);
});
