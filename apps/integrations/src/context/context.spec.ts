import { AppError } from '@parley/kernel';
import type { GuardedRequest, GuardedResponse } from '@parley/outbound-http';
import { askedUrl, FetchContextUseCase } from './fetch-context.use-case';
import { flatContext } from './flat-context';

const request = {
  user_id: '0197a000-0000-7000-8000-000000000001',
  call_id: '0197a000-0000-7000-8000-000000000002',
  url: 'https://example.com/context',
  phone_number: '+15555555555',
};

function answered(body: string, status = 200): GuardedResponse {
  return { status, headers: {}, body: Buffer.from(body), truncated: false, durationMs: 1 };
}

function withAnswers(...answers: (GuardedResponse | AppError)[]) {
  const asked: GuardedRequest[] = [];
  const contexts = new FetchContextUseCase({
    request: (given) => {
      asked.push(given);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('asked too often');
      return AppError.is(answer) ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { asked, contexts };
}

describe('a context endpoint', () => {
  it.each([
    ['https://example.com/context', 'https://example.com/context?phone_number=15555555555'],
    ['https://example.com/c?a=x%20y&b', 'https://example.com/c?a=x%20y&b&phone_number=15555555555'],
    ['https://example.com/c?#top', 'https://example.com/c?phone_number=15555555555'],
  ])('%s is asked as %s', (endpoint, expected) => {
    expect(askedUrl(endpoint, '+1 (555) 555-5555')).toBe(expected);
  });

  it('gives texts, numbers and booleans, and says what else there was', async () => {
    const body = { name: 'Kian', age: 41, vip: true, tags: ['a'], address: {}, nothing: null };
    const { contexts } = withAnswers(answered(JSON.stringify(body)));
    expect(await contexts.execute(request)).toEqual({
      context: { name: 'Kian', age: '41', vip: 'true' },
      problems: [
        {
          code: 'CONTEXT.VALUES_DROPPED',
          message: 'The context endpoint gave values that cannot be used: tags, address, nothing.',
        },
      ],
    });
  });

  it.each<[string, GuardedResponse, string]>([
    ['a status that is no success', answered('{}', 503), 'CONTEXT.STATUS'],
    ['a redirect', answered('{}', 302), 'CONTEXT.STATUS'],
    ['no JSON', answered('<html>'), 'CONTEXT.BAD_ANSWER'],
    ['a list', answered('[1]'), 'CONTEXT.BAD_ANSWER'],
    ['too much', { ...answered('{"a":"b"}'), truncated: true }, 'CONTEXT.TOO_LONG'],
  ])('%s leaves the context empty, and is a problem', async (_, answer, code) => {
    const { contexts } = withAnswers(answer);
    expect(await contexts.execute(request)).toEqual({
      context: {},
      problems: [{ code, message: expect.any(String) as string }],
    });
  });

  it('that broke early is asked again, once, within the same three seconds', async () => {
    const lost = new AppError('unavailable', 'HTTP.CONNECTION_LOST', 'The connection broke.');
    const { asked, contexts } = withAnswers(lost, answered('{"name":"Kian"}'));
    expect(await contexts.execute(request)).toEqual({ context: { name: 'Kian' }, problems: [] });
    expect(asked.map(({ timeoutMs }) => timeoutMs <= 3_000)).toEqual([true, true]);
    expect((await withAnswers(lost, lost).contexts.execute(request)).problems[0]?.code).toBe(
      'CONTEXT.CONNECTION_LOST',
    );
  });

  it('at a forbidden address is not asked again', async () => {
    const blocked = new AppError('forbidden', 'HTTP.BLOCKED_ADDRESS', 'This address is not a public one.');
    const { asked, contexts } = withAnswers(blocked);
    expect((await contexts.execute(request)).problems[0]?.code).toBe('CONTEXT.BLOCKED_ADDRESS');
    expect(asked).toHaveLength(1);
  });

  it('keeps within its bounds, whatever it is given', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, 'v']));
    expect(Object.keys(flatContext(many).context)).toHaveLength(64);
    expect(flatContext({ long: 'x'.repeat(4_097), nul: '\0', half: '\ud800', '': 'x', ok: 'x' })).toEqual({
      context: { ok: 'x' },
      dropped: ['long', 'nul', 'half', ''],
    });
    const odd = JSON.parse('{"__proto__":"p","constructor":"c"}') as Record<string, unknown>;
    expect(Object.entries(flatContext(odd).context)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
  });
});
