import twilio from 'twilio';
import { parseTwiml } from './twiml';

const { VoiceResponse } = twilio.twiml;

describe('documents as the official SDK writes them', () => {
  it('Connect with a stream and parameters; the query of the URL is stripped', () => {
    const response = new VoiceResponse();
    const stream = response.connect({ action: 'https://x/y?a=1&b=2' }).stream({ url: 'wss://h/p?token=1' });
    stream.parameter({ name: 'callId', value: 'abc "<&' });
    expect(parseTwiml(response.toString()).verbs).toEqual([
      {
        verb: 'Connect',
        action: { url: 'https://x/y?a=1&b=2', method: 'POST' },
        stream: { url: 'wss://h/p', parameters: { callId: 'abc "<&' } },
      },
    ]);
  });

  it('all other verbs', () => {
    const response = new VoiceResponse();
    response.say('hi & <b>');
    response.play({ digits: 'ww12#' });
    response.pause({ length: 2 });
    const dial = response.dial({ callerId: '+16285550100', timeout: 20, action: '/after', method: 'GET' });
    dial.number({ statusCallback: '/leg', statusCallbackEvent: ['ringing', 'completed'] }, '+14155550142');
    response.dial('+14155550187');
    response.redirect({ method: 'POST' }, 'https://r');
    response.reject({ reason: 'busy' });
    response.hangup();
    expect(parseTwiml(response.toString())).toEqual({
      warnings: [],
      verbs: [
        { verb: 'Say', text: 'hi & <b>', loop: 1 },
        { verb: 'Play', digits: 'ww12#' },
        { verb: 'Pause', lengthS: 2 },
        {
          verb: 'Dial',
          action: { url: '/after', method: 'GET' },
          dial: {
            to: '+14155550142',
            callerId: '+16285550100',
            timeoutS: 20,
            statusCallback: { url: '/leg', method: 'POST' },
            statusCallbackEvents: ['ringing', 'completed'],
          },
        },
        {
          verb: 'Dial',
          action: null,
          dial: {
            to: '+14155550187',
            callerId: null,
            timeoutS: 30,
            statusCallback: null,
            statusCallbackEvents: ['completed'],
          },
        },
        { verb: 'Redirect', to: { url: 'https://r', method: 'POST' } },
        { verb: 'Reject', reason: 'busy' },
        { verb: 'Hangup' },
      ],
    });
  });
});

it.each([
  ['not xml', 12100],
  ['<Answer/>', 12100],
  ['<Response><Gather/></Response>', 12100],
  ['<Response><Connect/></Response>', 12200],
  ['<Response><Connect><Stream/></Connect></Response>', 12200],
  ['<Response><Connect><Stream url="wss://x" track="both_tracks"/></Connect></Response>', 31941],
  [
    `<Response><Connect><Stream url="wss://x"><Parameter name="n" value="${'v'.repeat(500)}"/></Stream></Connect></Response>`,
    12200,
  ],
  ['<Response><Dial/></Response>', 13224],
  ['<Response><Play digits="12x"/></Response>', 12200],
  ['<Response><Pause length="-1"/></Response>', 12200],
  ['<Response><Redirect/></Response>', 12200],
  [`<Response><Say>${'x'.repeat(65_536)}</Say></Response>`, 11750],
])('refuses %.80s with %i', (text, code) => {
  expect(() => parseTwiml(text)).toThrow(expect.objectContaining({ name: 'TwimlError', code }));
});

it('passes over unknown attributes, and says so', () => {
  const { verbs, warnings } = parseTwiml('<Response><Hangup now="true"/></Response>');
  expect(verbs).toHaveLength(1);
  expect(warnings).toEqual(['attribute now of <Hangup> is unknown']);
});
