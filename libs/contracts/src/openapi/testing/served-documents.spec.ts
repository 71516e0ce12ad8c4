import type { KeyProfile } from '../../key-asks';
import { openApiDocument } from '../document';
import { Allowance, differences, unexplained } from './compare';
import { FactsByVintage, factsOf } from './facts';
import type { OpenApiDocument } from './json-schema';
import table from './vocode-facts.json';

const facts = table as FactsByVintage;
const servedDocument = (profile: KeyProfile) =>
  openApiDocument(profile, 'http://localhost') as unknown as OpenApiDocument;

const allowed = (why: string, ...places: string[]): Allowance[] => places.map((place) => ({ place, why }));

const latestAllowances = [
  ...allowed(
    'Prometheus reads text; the reference only names what its framework names by default',
    'GET /metrics',
  ),
  ...allowed(
    'each language of SDK parses another form of a list’s times: text for JavaScript, a number for all others',
    'schemas.NormalizedCall.start_time',
    'schemas.NormalizedCall.end_time',
  ),
];

const voices = ['AzureVoice', 'RimeVoice', 'ElevenLabsVoice'];
const actions = ['EndConversationAction', 'DTMFAction', 'TransferCallAction'];

const seedAllowances = [
  ...allowed(
    'what was made in a later vintage is listed in this one too, and its clients pass unknown kinds through',
    ...['GET /v1/actions response', 'GET /v1/actions/list response', 'POST /v1/actions/create response'],
    ...['POST /v1/actions/update response', 'schemas.Agent.actions', 'schemas.Agent.voice'],
    ...['GET /v1/voices response', 'GET /v1/voices/list response', 'POST /v1/voices/create response'],
    ...['POST /v1/voices/update response', 'schemas.Webhook.subscriptions', 'schemas.EventType'],
  ),
  ...allowed(
    'the reference says of each kind that its type is any of all kinds; ours says which one it is',
    ...[...voices, ...actions].map((name) => `schemas.${name}.type`),
    ...[...voices, ...actions].flatMap((name) =>
      ['Params', 'UpdateParams'].map((role) => `schemas.${name}${role} (sent).type`),
    ),
    ...['schemas.ActionType', 'schemas.VoiceType'],
  ),
  ...allowed(
    'the later vintage of the operation, which answers these clients as well',
    ...[
      'GET /v1/calls/recording operationId',
      'GET /v1/calls/recording query.id',
      'GET /v1/calls/recording response',
    ],
  ),
  ...allowed('no longer has to be given', 'schemas.ElevenLabsVoiceParams (sent).api_key'),
  ...allowed('no longer has to be given', 'schemas.UpdateNumberRequest (sent).inbound_agent'),
  ...allowed('an agent of a call may also lack a voice', 'schemas.CreateCallRequest (sent).agent'),
  ...allowed(
    'a number may have no agent since a later vintage; keys without a value are absent in this one',
    ...['schemas.PhoneNumber.inbound_agent', 'schemas.NormalizedPhoneNumber.inbound_agent'],
  ),
];

describe('the served document', () => {
  it.each([
    ['latest', '2024-08-27', latestAllowances],
    ['seed', '2023-08-22', seedAllowances],
  ] as const)('of %s has all that the reference of %s has', (profile, date, allowances) => {
    const found = differences(factsOf(servedDocument(profile)), facts[date]!);
    expect(unexplained(found, allowances)).toEqual([]);
  });
});
