import { UnsupportedMediaTypeException } from '@nestjs/common';
import { AppError } from '@parley/kernel';
import type { FastifyInstance } from 'fastify';

export const maxBodyBytes = 512 * 1024;
export const maxBodyDepth = 64;
const formType = 'application/x-www-form-urlencoded';

/**
 * Bodies as clients really send them: none, `null`, JSON under any content type (curl and some SDKs name none or a
 * form's), and forms where they are forms. An absent or empty body is `undefined`.
 */
export function acceptBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (request, body, done) => {
    try {
      requirePlain(request.headers['content-encoding']);
      done(null, parseBody(request.headers['content-type'] ?? '', body.toString('utf8')));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

/** A compressed body would be unpacked to who knows what size. */
function requirePlain(encoding = 'identity'): void {
  if (encoding.toLowerCase() === 'identity') return;
  throw new UnsupportedMediaTypeException('Bodies are taken without a Content-Encoding only.');
}

/** @throws {REQUEST.BAD_JSON} saying where the text stops being JSON, as far as the parser does; {REQUEST.TOO_DEEP} */
export function parseBody(contentType: string, text: string): unknown {
  // Also takes a byte order mark off, which JSON does not know.
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const looksLikeJson = /^[{["]/.test(trimmed) || trimmed === 'null';
  if (contentType.toLowerCase().startsWith(formType) && !looksLikeJson) return parseForm(text);
  if (depthOf(trimmed) > maxBodyDepth) {
    throw badBody('REQUEST.TOO_DEEP', `must not have more than ${maxBodyDepth} levels`);
  }
  try {
    return JSON.parse(trimmed) ?? undefined;
  } catch (cause) {
    // The rest of the parser's words repeats the text, in which there may be a secret.
    const [place = ''] = / at position \d+/.exec((cause as Error).message) ?? [];
    throw badBody('REQUEST.BAD_JSON', `is not JSON${place}`, cause);
  }
}

function badBody(code: string, message: string, cause?: unknown): AppError {
  return new AppError('invalid', code, `The body ${message}.`, {
    cause,
    issues: [{ path: ['body'], message, type: 'json_invalid' }],
  });
}

/** How deep the brackets outside of strings go. Told from the text, so that nothing deep is ever built. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < json.length; index++) {
    const char = json[index];
    if (char === '"') index = endOfString(json, index);
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return deepest;
}

function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (index < json.length && json[index] !== '"') index += json[index] === '\\' ? 2 : 1;
  return index;
}

/** A form as a flat map; of a repeated name the last value counts. */
export function parseForm(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}
