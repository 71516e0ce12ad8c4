import type { ApiAnswer } from '../api/api-client';
import { ServedDocument } from '../api/served-document';
import { CheckName, checkNames, verdictsOf } from './checks';
import type { FuzzRequest, Intent } from './fuzz-request';

const schema = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } };
const document = new ServedDocument({
  openapi: '3.1.0',
  paths: {
    '/v1/x': {
      post: {
        responses: {
          '200': { content: { 'application/json': { schema } } },
          '422': { content: { 'application/json': { schema: { type: 'object' } } } },
        },
      },
    },
  },
});
const asked = (intent: Intent): FuzzRequest => ({
  operation: document.operation('POST /v1/x'),
  ...{ profile: 'latest', method: 'POST', path: '/v1/x', intent },
});
const answered = (status: number, json: unknown, more: Partial<ApiAnswer> = {}): ApiAnswer => ({
  ...{ status, headers: {}, mediaType: 'application/json', text: JSON.stringify(json), json, tookMs: 1 },
  ...more,
});
const failed = (intent: Intent, answer: ApiAnswer): CheckName[] =>
  verdictsOf(asked(intent), answer, document)
    .filter(({ complaint }) => complaint !== undefined)
    .map(({ check }) => check);

const fits: Intent = { kind: 'valid', isCertain: true };
const refused = answered(422, { detail: [] });
const good = answered(200, { id: 'a' });

describe('the checks', () => {
  const rows: [CheckName, Intent, ApiAnswer, ApiAnswer][] = [
    ['not_a_server_error', { kind: 'hostile' }, refused, answered(500, { detail: 'x' })],
    ['status_code_conformance', { kind: 'hostile' }, refused, answered(418, {})],
    [
      'content_type_conformance',
      { kind: 'hostile' },
      good,
      answered(200, { id: 'a' }, { mediaType: 'text/html' }),
    ],
    ['response_schema_conformance', fits, good, answered(200, { id: 7 })],
    ['negative_data_rejection', { kind: 'negative', keyword: 'type', place: 'body' }, refused, good],
    ['positive_data_acceptance', fits, good, refused],
    ['missing_required_header', { kind: 'without key' }, answered(401, {}), good],
    ['unsupported_method', { kind: 'unsupported method' }, answered(404, {}), good],
    ['ignored_auth', { kind: 'wrong key' }, answered(401, {}), good],
    ['use_after_free', { kind: 'use after free' }, refused, good],
    ['ensure_resource_availability', { kind: 'read back', id: 'a' }, good, answered(200, { id: 'b' })],
    ['max_response_time', fits, good, answered(200, { id: 'a' }, { tookMs: 5_001 })],
  ];

  it.each(rows)('%s', (check, intent, right, wrong) => {
    expect(failed(intent, right)).not.toContain(check);
    expect(failed(intent, wrong)).toContain(check);
  });

  it('are all of them', () => {
    expect(rows.map(([check]) => check).sort()).toEqual([...checkNames].sort());
  });

  it('do not mind that an unknown id is unknown', () => {
    expect(failed({ kind: 'valid', isCertain: false }, answered(404, {}))).not.toContain(
      'positive_data_acceptance',
    );
    expect(failed(fits, answered(404, {}))).toContain('positive_data_acceptance');
  });
});
