import { join } from 'node:path';
import { loadScript, parseScript, ScriptHolder } from './script';

it('reads the demonstration', () => {
  const script = loadScript(join(__dirname, '../../../../tools/launcher/demo/script.json'));
  const { outbound, inbound } = script.demonstration!;
  expect(script.callers[outbound.to]?.steps.length).toBeGreaterThan(5);
  expect(Object.values(script.callers).map(({ name }) => name)).toContain(inbound.caller);
  expect(script.callers[inbound.transferTo]).toBeDefined();
});

it('fills in what is not given', () => {
  expect(parseScript({ callers: { '+14155550142': { name: 'Ada' } } })).toMatchObject({
    callers: { '+14155550142': { answerAfterMs: 800, onRing: 'answer', patienceMs: 20_000, steps: [] } },
    model: { rules: [], otherwise: { say: expect.any(String) } },
    delays: { model: { firstTokenMs: 150 }, voice: { firstByteMs: 80 }, transcriber: { finalDelayMs: 100 } },
  });
});

it.each([
  [{ callers: { '123': { name: 'Ada' } } }, 'callers'],
  [{ callers: { '+14155550142': { name: 'Ada', steps: [{ shout: 'x' }] } } }, 'steps[0]'],
  [{ callers: { '+14155550142': { name: 'Ada', steps: [{ press: '1x' }] } } }, 'steps[0]'],
  [{ nothing: 1 }, 'nothing'],
])('refuses %j and names the field', (given, field) => {
  expect(() => parseScript(given)).toThrow(
    expect.objectContaining({ code: 'SANDBOX.BAD_SCRIPT', message: expect.stringContaining(field) }),
  );
});

it('keeps the script in force when its replacement is wrong', () => {
  const holder = new ScriptHolder(parseScript({ model: { otherwise: { say: 'old' } } }));
  expect(() => holder.replace({ model: 1 })).toThrow();
  expect(holder.current.model.otherwise.say).toBe('old');
  holder.replace({ model: { otherwise: { say: 'new' } } });
  expect(holder.current.model.otherwise.say).toBe('new');
});
