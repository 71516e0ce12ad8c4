import { connectStream, dial, hangup, reject, sayAndHangup } from './twiml';

const document = (verbs: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;

describe('TwiML', () => {
  it('connects a stream', () => {
    expect(
      connectStream({ streamUrl: 'wss://h/media/t.k', actionUrl: 'https://h/connect-ended/1?a=1&b=2' }),
    ).toBe(
      document(
        '<Connect action="https://h/connect-ended/1?a=1&amp;b=2" method="POST"><Stream url="wss://h/media/t.k"/></Connect>',
      ),
    );
  });

  it('waits before it connects when asked to', () => {
    expect(connectStream({ streamUrl: 'wss://h/m', actionUrl: 'https://h/c', pauseS: 2 })).toBe(
      document(
        '<Pause length="2"/><Connect action="https://h/c" method="POST"><Stream url="wss://h/m"/></Connect>',
      ),
    );
  });

  it('dials', () => {
    const given = {
      number: '+14155552671',
      callerId: '+15005550006',
      timeoutS: 30,
      actionUrl: 'https://h/dial-ended/1',
      statusUrl: 'https://h/status/1',
    };
    expect(dial(given)).toBe(
      document(
        '<Dial callerId="+15005550006" timeout="30" action="https://h/dial-ended/1" method="POST">' +
          '<Number statusCallback="https://h/status/1" statusCallbackMethod="POST" statusCallbackEvent="answered completed">+14155552671</Number></Dial>',
      ),
    );
  });

  it('hangs up, apologises and rejects', () => {
    expect(hangup()).toBe(document('<Hangup/>'));
    expect(reject()).toBe(document('<Reject reason="rejected"/>'));
    expect(sayAndHangup({ text: 'Sorry & <goodbye>', language: 'en' })).toBe(
      document('<Say language="en-US">Sorry &amp; &lt;goodbye&gt;</Say><Hangup/>'),
    );
    expect(sayAndHangup({ text: 'Selamat tinggal', language: 'id' })).toBe(
      document('<Say>Selamat tinggal</Say><Hangup/>'),
    );
  });
});
