import { AppError } from '@parley/kernel';
import type { FastifyInstance } from 'fastify';

export const maxBodyBytes = 512 * 1024;
const formType = 'application/x-www-form-urlencoded';

/**
 * Bodies as clients really send them: none, `null`, JSON under any content type (curl and some SDKs name none or a
 * form's), and forms where they are forms. An absent or empty body is `undefined`.
 */
export function acceptBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (request, body, done) => {
    try {
      done(null, parseBody(request.headers['content-type'] ?? '', body.toString('utf8')));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

/** @throws {REQUEST.BAD_JSON} naming where the text stops being JSON, as far as the parser says. */
export function parseBody(contentType: string, text: string): unknown {
  // Also takes a byte order mark off, which JSON does not know.
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const looksLikeJson = /^[{["]/.test(trimmed) || trimmed === 'null';
  if (contentType.toLowerCase().startsWith(formType) && !looksLikeJson) return parseForm(text);
  try {
    return JSON.parse(trimmed) ?? undefined;
  } catch (cause) {
    throw new AppError('invalid', 'REQUEST.BAD_JSON', 'The body is not JSON.', {
      cause,
      issues: [{ path: ['body'], message: `is not JSON: ${(cause as Error).message}`, type: 'json_invalid' }],
    });
  }
}

/** A form as a flat map; of a repeated name the last value counts. */
export function parseForm(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}
