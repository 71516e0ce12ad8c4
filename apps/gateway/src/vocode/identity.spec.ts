import { AppError } from '@parley/kernel';
import type { FastifyRequest } from 'fastify';
import { commandIdOf, fingerprintOf, idOf, numberOf } from './identity';

const request = (key?: string, query: object = {}, url = '/v1/calls/create') =>
  ({ headers: { 'idempotency-key': key }, query, routeOptions: { url } }) as unknown as FastifyRequest;

describe('a command', () => {
  it('is the same for the same key on the same operation and object, and for nothing else', () => {
    const ids = [
      commandIdOf(request('a')),
      commandIdOf(request('a')),
      commandIdOf(request('b')),
      commandIdOf(request('a', { id: '1' })),
      commandIdOf(request('a', {}, '/v1/numbers/buy')),
      commandIdOf(request()),
      commandIdOf(request()),
      commandIdOf(request('')),
    ];
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(ids.length - 1);
  });

  it('whose body is part of it is another one for another body, and no other for the same in another order', () => {
    const of = (body: unknown) => commandIdOf(request('a'), body);
    expect(of({ a: 1, b: 2 })).toBe(of({ b: 2, a: 1 }));
    expect(of({ a: 1 })).not.toBe(of({ a: 2 }));
    expect(of({})).not.toBe(commandIdOf(request('a')));
  });

  it('has a fingerprint of its body, whatever the order of its fields, when it has a key', () => {
    const of = (body: unknown) => fingerprintOf(request('a'), body);
    expect(of({ a: 1, b: { c: [1, 2], d: null } })).toBe(of({ b: { d: null, c: [1, 2] }, a: 1 }));
    expect(of({ a: [1, 2] })).not.toBe(of({ a: [2, 1] }));
    expect(of({ a: null })).not.toBe(of({}));
    expect(fingerprintOf(request(), {})).toBeNull();
  });
});

describe('the identity of an object', () => {
  it.each([
    [{}, ['query', 'id']],
    [{ id: 'x' }, ['query', 'id']],
    [{ id: ['3c90c3cc-0d44-4b50-8888-8dd25736052a'] }, ['query', 'id']],
  ])('is not %j', (query, path) => {
    const refuse = () => idOf(query);
    expect(refuse).toThrow(AppError);
    expect(refuse).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path })] }));
  });

  it.each(['14155552671', '+14155552671', ' 14155552671'])(
    'of a number may be written %p',
    (phone_number) => {
      expect(numberOf({ phone_number })).toBe('+14155552671');
    },
  );
});
