import { createHash } from 'node:crypto';
import { parsePossibleNumber } from '@parley/calls';
import { fields, parseOrThrow } from '@parley/contracts';
import { newId } from '@parley/kernel';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

const idQuery = z.object({ id: fields.uuid });
const numberQuery = z.object({ phone_number: fields.phoneNumberText });

/** `?id=<uuid>`: the identity of everything but numbers. */
export function idOf(query: unknown): string {
  return parseOrThrow(idQuery, query, ['query']).id;
}

/** `?phone_number=<digits>`: the identity of a number, in E.164. A raw `+` in a query arrives as a space. */
export function numberOf(query: unknown): string {
  const { phone_number } = parseOrThrow(numberQuery, query, ['query']);
  return parsePossibleNumber(phone_number.replace(/^ /, '+'), ['query', 'phone_number']);
}

/**
 * The client's `Idempotency-Key`, bound to the operation and the object (`?id=`, `?phone_number=`) that it was sent to,
 * or a fresh id for a request without one.
 */
export function commandIdOf(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return newId();
  return createHash('sha256')
    .update(JSON.stringify([request.routeOptions.url, request.query, key]))
    .digest('base64url');
}
