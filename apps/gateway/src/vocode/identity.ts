import { createHash } from 'node:crypto';
import { parsePossibleNumber } from '@parley/calls';
import { idQuery, numberQuery, parseOrThrow } from '@parley/contracts';
import { newId } from '@parley/kernel';
import type { FastifyRequest } from 'fastify';

/** `?id=<uuid>`: the identity of everything but numbers. */
export function idOf(query: unknown, from: 'query' | 'path' = 'query'): string {
  return parseOrThrow(idQuery, query, [from]).id;
}

/** `?phone_number=<digits>`: the identity of a number, in E.164. A raw `+` in a query arrives as a space. */
export function numberOf(query: unknown): string {
  const { phone_number } = parseOrThrow(numberQuery, query, ['query']);
  return parsePossibleNumber(phone_number.replace(/^ /, '+'), ['query', 'phone_number']);
}

/**
 * The client's `Idempotency-Key`, bound to the operation and the object (`?id=`, `?phone_number=`) that it was sent to,
 * or a fresh id for a request without one. An operation whose owner keeps no fingerprint gives its `parsedBody` too:
 * another body is another command there, so that no change is taken for a repeat and lost.
 */
export function commandIdOf(request: FastifyRequest, parsedBody?: unknown): string {
  const key = idempotencyKey(request);
  if (key === undefined) return newId();
  const parts = [request.routeOptions.url, request.query, key];
  return createHash('sha256')
    .update(JSON.stringify(parsedBody === undefined ? parts : [...parts, canonicalJson(parsedBody)]))
    .digest('base64url');
}

/**
 * What a request with an `Idempotency-Key` asked for, so that the same key with another body is told apart: the hash of
 * the parsed body, whatever the order of its fields. Null without a key.
 */
export function fingerprintOf(request: FastifyRequest, parsedBody: unknown): string | null {
  if (idempotencyKey(request) === undefined) return null;
  return createHash('sha256').update(canonicalJson(parsedBody)).digest('base64url');
}

function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
