import type { ConversationFact } from '@parley/conversation';
import { createLogger } from '@parley/observability';
import { CallTelemetry } from './call-telemetry';

const logger = createLogger({ service: 'media', level: 'silent' });
const turn: ConversationFact = {
  type: 'turn_metrics',
  turn: 3,
  model_requested_ms: 1,
  first_token_ms: 401,
  speech_requested_ms: 450,
  first_byte_ms: 600,
  first_frame_ms: 602,
  own_ms: 4,
  latency_ms: 952,
  end_of_turn_ms: 350,
  prepared: 'none',
  model_calls: 2,
};

/** The samples of one metric, by their labels. */
async function samples(telemetry: CallTelemetry, name: string): Promise<string[]> {
  const text = await telemetry.text();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

test('the times of a turn are counted in seconds', async () => {
  const telemetry = new CallTelemetry();
  telemetry.note(turn, logger);
  expect(await samples(telemetry, 'turn_latency_seconds_sum')).toEqual(['turn_latency_seconds_sum 0.952']);
  expect(await samples(telemetry, 'turn_latency_seconds_bucket')).toEqual(
    expect.arrayContaining([
      'turn_latency_seconds_bucket{le="0.9"} 0',
      'turn_latency_seconds_bucket{le="1"} 1',
    ]),
  );
  expect(await samples(telemetry, 'turns_total')).toEqual(['turns_total{prepared="none"} 1']);
  expect(await samples(telemetry, 'turn_model_calls_total')).toEqual(['turn_model_calls_total 2']);
});

test('what was ready before the turn was over is no wait', async () => {
  const telemetry = new CallTelemetry();
  telemetry.note({ ...turn, prepared: 'hit', first_token_ms: -40, own_ms: null }, logger);
  expect(await samples(telemetry, 'turn_first_token_seconds_count')).toEqual([
    'turn_first_token_seconds_count 0',
  ]);
  expect(await samples(telemetry, 'turn_own_seconds_count')).toEqual(['turn_own_seconds_count 0']);
  expect(await samples(telemetry, 'turns_total')).toEqual(['turns_total{prepared="hit"} 1']);
});

test('every turn is a line in the log, without a word that was said', () => {
  const lines: unknown[] = [];
  const info = (fields: object, message: string) => void lines.push({ ...fields, message });
  new CallTelemetry().note(turn, { info } as unknown as typeof logger);
  expect(lines).toEqual([{ ...turn, message: 'turn' }]);
});

test('problems are counted by their code, frames by their lateness, calls as they are held', async () => {
  const telemetry = new CallTelemetry();
  telemetry.callTaken();
  telemetry.callTaken();
  telemetry.note({ type: 'problem', code: 'MODEL.TIMEOUT', message: 'late' }, logger);
  telemetry.callLetGo(100, 3);
  expect(await samples(telemetry, 'call_problems_total')).toEqual([
    'call_problems_total{code="MODEL.TIMEOUT"} 1',
  ]);
  expect(await samples(telemetry, 'call_frames_total')).toEqual([
    'call_frames_total{late="no"} 97',
    'call_frames_total{late="yes"} 3',
  ]);
  expect(await samples(telemetry, 'calls_held')).toEqual(['calls_held 1']);
});
