import { readEmailAddress, spellOut } from '../acting/email-address';
import { fillPlaceholders } from './placeholders';
import { systemPrompt } from './prompt';
import { SimulatedCall } from '../testing';

describe('placeholders', () => {
  test('are filled from the context, in their style only', () => {
    const context = { name: 'Ada', 'contact.city': 'London' };
    expect(fillPlaceholders('Hi ${name}, {{contact.city}}', context, 'dollar').text).toBe(
      'Hi Ada, {{contact.city}}',
    );
    expect(fillPlaceholders('Hi ${name}, {{ contact.city }}', context, 'braces').text).toBe(
      'Hi ${name}, London',
    );
  });

  test('a value is never filled again, and is taken as it is', () => {
    const context = { a: '${b} $& {{b}}', b: 'secret' };
    expect(fillPlaceholders('${a}', context, 'dollar').text).toBe('${b} $& {{b}}');
    expect(fillPlaceholders('{{a}}', context, 'braces').text).toBe('${b} $& {{b}}');
  });

  test('what is missing is left empty and named once; an empty value is not missing', () => {
    const filled = fillPlaceholders('${a}-${b}-${a}-${toString}-${c}', { c: '' }, 'dollar');
    expect(filled).toEqual({ text: '----', missing: ['a', 'b', 'toString'] });
  });

  test('what only looks like one stays', () => {
    const text = '${} ${a b} $name {{}} {name} ${';
    expect(fillPlaceholders(text, {}, 'dollar')).toEqual({ text, missing: [] });
    expect(fillPlaceholders(text, {}, 'braces')).toEqual({ text, missing: [] });
  });

  test('a text made to be slow is not', () => {
    const startedMs = performance.now();
    fillPlaceholders('${'.repeat(100_000) + '{{ '.repeat(60_000), {}, 'dollar');
    fillPlaceholders('{{ '.repeat(60_000) + '{{' + ' '.repeat(20_000), {}, 'braces');
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});

describe('the system prompt', () => {
  const parts = { prompt: 'You are Ada.\nBe kind.', language: 'de', collectFields: [], maySayNothing: false };

  test('begins with the customer’s words, whole, and tells the language', () => {
    const text = systemPrompt(parts);
    expect(text.startsWith('You are Ada.\nBe kind.\n\n')).toBe(true);
    expect(text).toContain('Speak German.');
    expect(text).not.toContain('reply with nothing');
  });

  test('where silence is an answer it says so', () => {
    expect(systemPrompt({ ...parts, maySayNothing: true })).toContain('reply with nothing');
  });

  test('tells what is to be found out', () => {
    const field = {
      type: 'email' as const,
      name: 'mail',
      label: 'Your e-mail',
      description: 'For the invoice.',
    };
    expect(systemPrompt({ ...parts, collectFields: [field] })).toContain('- Your e-mail: For the invoice.');
  });
});

describe('an e-mail address', () => {
  test.each([
    ['Jo@Example.com', 'jo@example.com'],
    ['jo at example dot com', 'jo@example.com'],
    ['J O at example dot co dot uk.', 'jo@example.co.uk'],
    ['J. O. H. N. at example dot com.', 'john@example.com'],
    ['j, o, h, n, at example dot com', 'john@example.com'],
    ['jo underscore smith plus news at my dash mail dot org', 'jo_smith+news@my-mail.org'],
    ['pedro guión bajo lopez arroba correo punto es', 'pedro_lopez@correo.es'],
    ['müller at büro punkt de', 'müller@büro.de'],
    ['<jo@example.com>', 'jo@example.com'],
    ['mailto:jo@example.com', 'jo@example.com'],
    ['jo (at) example (dot) com', 'jo@example.com'],
    ['ｊｏ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'jo@example.com'],
  ])('"%s" is %s', (said, address) => {
    expect(readEmailAddress(said)).toBe(address);
  });

  test.each([
    'jo',
    'jo at home',
    'jo@example',
    'jo@@example.com',
    '@example.com',
    'jo@-example.com',
    'jo@example.1',
    'jo..x@example.com',
    'jo@exa mple@x.com',
    `${'a'.repeat(65)}@example.com`,
    `jo@${'a'.repeat(64)}.com`,
    `jo@${'a.'.repeat(200)}com`,
    'x'.repeat(1_000_000),
    '<script>@example.com',
    'jo\u0000@example.com',
    'jo\u202e@example.com',
  ])('"%.40s" is none', (said) => {
    expect(readEmailAddress(said)).toBeNull();
  });

  test('is spelled letter by letter', () => {
    expect(spellOut('jo@x.de')).toBe('J, O, @, X, ., D, E');
  });
});

describe('a field to be found out', () => {
  const field = { type: 'email' as const, name: 'mail', label: 'E-mail', description: null };
  const record = (email: string, confirmed: boolean, id: string) => ({
    calls: [{ id, name: 'record_email', arguments: JSON.stringify({ email, confirmed }) }],
  });
  const calling = () => new SimulatedCall({ collectFields: [field] }).start();
  const outputs = (call: SimulatedCall) =>
    call.facts.flatMap((fact) => (fact.type === 'action_finished' ? [fact.output] : []));

  test('counts once it was read back and the caller has answered', () => {
    const call = calling();
    call.willReply(record('jo at x dot de', false, '1'), 'J, O, at, X, dot, D, E. Right?');
    call.says('jo at x dot de').runUntilQuiet();
    expect(outputs(call)).toMatchObject([
      { success: false, value: 'jo@x.de', read_back: 'J, O, @, X, ., D, E' },
    ]);
    call
      .willReply(record('jo@x.de', true, '2'), 'Thank you.')
      .says('yes that is right')
      .runUntilQuiet();
    expect(outputs(call)[1]).toEqual({ success: true, field: 'mail', value: 'jo@x.de' });
    expect(call.facts).toContainEqual(
      expect.objectContaining({ type: 'action_finished', action_id: null, action_type: 'collect_email' }),
    );
  });

  test('does not count on the model’s word alone', () => {
    const call = calling();
    call.willReply(record('jo@x.de', true, '1'), record('jo@x.de', true, '2'), 'Is it J, O?');
    call.says('jo at x dot de').runUntilQuiet();
    expect(outputs(call).map(({ success }) => success)).toEqual([false, false]);
  });

  test('does not count where the caller was told nothing to answer', () => {
    const call = new SimulatedCall({ collectFields: [field], maySayNothing: true }).start();
    call
      .willReply(record('jo@x.de', false, '1'), { say: '' })
      .says('jo at x dot de')
      .runUntilQuiet();
    call
      .willReply(record('jo@x.de', true, '2'), 'J, O. Right?')
      .says('are you there')
      .runUntilQuiet();
    expect(outputs(call)).toHaveLength(2);
    expect(outputs(call).every(({ success }) => success === false)).toBe(true);
  });

  test('another address begins anew', () => {
    const call = calling().willReply(record('jo@x.de', false, '1'), 'Right?');
    call.says('jo at x dot de').runUntilQuiet();
    call
      .willReply(record('joe@x.de', true, '2'), 'J, O, E?')
      .says('no joe')
      .runUntilQuiet();
    expect(outputs(call)[1]).toMatchObject({ success: false, value: 'joe@x.de' });
  });

  test('what is no address is refused, and the model is told to have it spelled', () => {
    const call = calling().willReply(record('jo at home', false, '1'), 'Could you spell it?');
    call.says('jo at home').runUntilQuiet();
    expect(call.requests[1]?.messages.at(-1)?.content).toContain('spell it, letter by letter');
    expect(call.problems).toEqual(['TOOL.REFUSED']);
  });
});
