import type { ConversationEvent, Transcriber, TranscriptionListener } from '@parley/conversation';
import { AppError } from '@parley/kernel';
import { Listening } from './listening';

const options = {
  language: 'en',
  keywords: {},
  endpointingMs: 300,
  sensitivity: 'auto' as const,
  tellsEagerEnds: true,
};
const frame = (mark: number) => new Uint8Array(160).fill(mark);

interface Session {
  readonly listener: TranscriptionListener;
  readonly sent: number[];
  closed: boolean;
}

function bench() {
  const sessions: Session[] = [];
  const heard: ConversationEvent[] = [];
  const transcriber: Transcriber = {
    name: 'scripted',
    open: (_options, listener) => {
      const session: Session = { listener, sent: [], closed: false };
      sessions.push(session);
      return {
        send: (mulaw) => void session.sent.push(mulaw[0] as number),
        close: () => {
          session.closed = true;
          return Promise.resolve();
        },
      };
    },
  };
  let nowMs = 0;
  const listening = new Listening(
    transcriber,
    () => options,
    (event) => void heard.push(event),
    // A frame comes every 20 ms.
    { monotonicMs: () => (nowMs += 20) },
  );
  const session = (at: number) => sessions[at] as Session;
  return { listening, heard, session };
}

describe('Listening', () => {
  it('tells when the first audio went to a session, once', () => {
    const { listening, heard } = bench();
    listening.open();
    expect(heard).toEqual([]);
    listening.send(frame(1));
    listening.send(frame(2));
    expect(heard).toEqual([{ type: 'listening_began', audioMs: 20 }]);
  });

  it('counts the audio that waited for the session, of which the oldest may be gone', () => {
    const { listening, heard, session } = bench();
    for (let i = 1; i <= 103; i++) listening.send(frame(i));
    listening.open();
    expect(session(0).sent).toEqual(Array.from({ length: 100 }, (_, i) => i + 4));
    expect(heard).toEqual([{ type: 'listening_began', audioMs: 2000 }]);
  });

  it('begins anew with each session, and no longer hears the one before', async () => {
    const { listening, heard, session } = bench();
    listening.open();
    listening.send(frame(1));
    session(0).listener.onFailure(new AppError('unavailable', 'TRANSCRIBER.UNAVAILABLE', 'gone'));
    listening.open();
    session(0).listener.onEvent({ type: 'interim', text: 'late' });
    listening.send(frame(2));
    session(1).listener.onEvent({ type: 'interim', text: 'new' });
    expect(heard).toEqual([
      { type: 'listening_began', audioMs: 20 },
      {
        type: 'transcriber_failed',
        fault: { code: 'TRANSCRIBER.UNAVAILABLE', message: 'gone', retryable: true },
      },
      { type: 'listening_began', audioMs: 20 },
      { type: 'interim', text: 'new' },
    ]);
    await listening.close();
    expect([session(0).closed, session(1).closed]).toEqual([true, true]);
  });
});
