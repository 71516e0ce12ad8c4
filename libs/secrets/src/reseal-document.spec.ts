import fc from 'fast-check';
import { resealDocument } from './reseal-document';
import { isSealed, SecretBox } from './secret-box';
import { secretFieldsOf } from './secret-fields';

const entry = (name: string, byte: number) => `${name}:${Buffer.alloc(32, byte).toString('base64')}`;
const entries = { k1: entry('k1', 1), k2: entry('k2', 2), gone: entry('gone', 9) };
const boxes = {
  k1: SecretBox.fromKeys(entries.k1),
  k2: SecretBox.fromKeys(entries.k2),
  gone: SecretBox.fromKeys(entries.gone),
};
type KeyName = keyof typeof boxes;
const rotated = SecretBox.fromKeys(`${entries.k2},${entries.k1}`);
const userId = 'user-1';

const sealedFor = (key: KeyName, plain: string, resource: string, id: string, field: string) =>
  boxes[key].seal(plain, { userId, resource, id, field });
const voice = (key: KeyName, id = 'voice-1', plain = 'xi') => ({
  id,
  user_id: userId,
  type: 'voice_eleven_labs',
  voice_id: 'v',
  api_key: sealedFor(key, plain, 'voices', id, 'api_key'),
});
const action = (key: KeyName, id = 'action-1', plain = 'sign') => ({
  id,
  user_id: userId,
  type: 'action_external',
  config: {
    input_schema: { type: 'object' },
    signature_secret: sealedFor(key, plain, 'actions', id, 'signature_secret'),
  },
});
const vectorDatabase = (key: KeyName, id = 'db-1', plain = 'pine') => ({
  id,
  user_id: userId,
  type: 'vector_database_pinecone',
  api_key: sealedFor(key, plain, 'vector_databases', id, 'api_key'),
});
const twilio = (key: KeyName, id = 'account-1', plain = 'token') => ({
  id,
  user_id: userId,
  type: 'account_connection_twilio',
  credentials: {
    twilio_account_sid: 'AC1',
    twilio_auth_token: sealedFor(key, plain, 'account_connections', id, 'twilio_auth_token'),
  },
});
const openAi = (key: KeyName, id = 'account-2', plain = 'sk') => ({
  id,
  user_id: userId,
  type: 'account_connection_openai',
  credentials: { openai_api_key: sealedFor(key, plain, 'account_connections', id, 'openai_api_key') },
});
const voiceBinding = { userId, resource: 'voices', id: 'voice-1', field: 'api_key' };
const makers = [voice, action, vectorDatabase, twilio, openAi] as const;

type Resealed = ReturnType<typeof resealDocument>;

/** The document as it is once the changes are written. */
function written(document: unknown, { stale }: Resealed): unknown {
  const copy: unknown = structuredClone(document);
  for (const { path, sealed, resealed } of stale) {
    const holder = path
      .slice(0, -1)
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], copy);
    const last = path.at(-1) ?? '';
    expect((holder as Record<string, unknown>)[last]).toBe(sealed);
    if (resealed !== null) (holder as Record<string, unknown>)[last] = resealed;
  }
  return copy;
}

interface Holder {
  readonly id: string;
  readonly type: string;
  readonly plain: string;
  readonly key: KeyName;
}

/** Every object of ours in the document that also says, in clear, what its secret has to be. */
function holdersIn(value: unknown): Holder[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'plain' in value && 'key' in value ? [value as Holder] : [];
  return [...own, ...Object.values(value).flatMap(holdersIn)];
}

function openWithNewKey(holder: Holder): (string | null)[] {
  return secretFieldsOf(holder.type).flatMap(({ resource, field, path }) => {
    const sealed = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], holder);
    const binding = { userId, resource, id: holder.id, field };
    return typeof sealed === 'string' ? [boxes.k2.openIfPossible(sealed, binding)] : [];
  });
}

const withoutSealed = (document: unknown) =>
  JSON.stringify(document, (_, value: unknown) =>
    typeof value === 'string' && isSealed(value) ? 'sealed' : value,
  );

describe('resealDocument', () => {
  it('reseals every kind of secret that an agent’s snapshot holds, each to its own object', () => {
    const agent = {
      id: 'agent-1',
      user_id: userId,
      prompt: { id: 'prompt-1', user_id: userId, content: 'Hi' },
      voice: voice('k1'),
      actions: [action('k1'), { id: 'a2', user_id: userId, type: 'action_dtmf', config: {} }],
      vector_database: vectorDatabase('k1'),
      openai_account_connection: openAi('k1'),
    };
    const number = {
      id: 'n',
      user_id: userId,
      inbound_agent: agent,
      telephony_account_connection: twilio('k1'),
    };
    const result = resealDocument({ items: [number] }, {}, rotated);
    expect(result.stale.map(({ path }) => path.slice(2).join('.'))).toEqual([
      'inbound_agent.voice.api_key',
      'inbound_agent.actions.0.config.signature_secret',
      'inbound_agent.vector_database.api_key',
      'inbound_agent.openai_account_connection.credentials.openai_api_key',
      'telephony_account_connection.credentials.twilio_auth_token',
    ]);
    expect(result.stale.map(({ problem }) => problem)).toEqual([null, null, null, null, null]);
    expect(result.stale.map(({ sealed }) => boxes.k2.openIfPossible(sealed, voiceBinding))).not.toContain(
      'xi',
    );
    expect(boxes.k2.open(result.stale[0]?.resealed ?? '', voiceBinding)).toBe('xi');
  });

  it('knows a stored document, and a new object on its way, by the ids around it', () => {
    const { id, user_id: owner, ...params } = voice('k1');
    expect(resealDocument(params, { userId: owner, id }, rotated).stale[0]?.problem).toBeNull();
    expect(
      resealDocument({ voice: { id, params } }, { userId, id: 'other' }, rotated).stale[0]?.problem,
    ).toBeNull();
  });

  it('leaves what does not open, and says why', () => {
    const unknown = voice('gone');
    const elsewhere = { ...voice('k1'), id: 'another' };
    const result = resealDocument([unknown, elsewhere, voice('k1')], {}, rotated);
    expect(result.stale.map(({ keyName, problem }) => [keyName, problem])).toEqual([
      ['gone', 'SECRETS.UNKNOWN_KEY'],
      ['k1', 'SECRETS.CANNOT_OPEN'],
      ['k1', null],
    ]);
    expect(written([unknown, elsewhere], { ...result, stale: result.stale.slice(0, 2) })).toEqual([
      unknown,
      elsewhere,
    ]);
  });

  it('takes nothing that a client may write for a secret of ours', () => {
    const forged = voice('gone');
    const call = {
      context: forged,
      metadata: forged,
      agent: { prompt: { content: forged.api_key }, actions: [{ ...action('k2'), name: forged.api_key }] },
    };
    const withSchema = { ...action('k2'), config: { input_schema: { properties: { forged } } } };
    const result = resealDocument([call, withSchema], {}, rotated);
    expect(result.stale).toEqual([]);
    expect(result.current).toBe(1);
    expect(result.strays.map((path) => path.join('.'))).toEqual([
      '0.context.api_key',
      '0.metadata.api_key',
      '0.agent.prompt.content',
      '0.agent.actions.0.name',
      '1.config.input_schema.properties.forged.api_key',
    ]);
  });

  it('never opens, and never touches, what is not a text', () => {
    for (const document of [
      null,
      undefined,
      1,
      true,
      'text',
      [],
      { type: 'voice_azure', api_key: null },
      { type: 1 },
    ])
      expect(resealDocument(document, { userId, id: 'x' }, rotated)).toMatchObject({ current: 0, stale: [] });
  });

  const secretHolder = fc
    .record({
      make: fc.constantFrom(...makers),
      key: fc.constantFrom<KeyName>('k1', 'k2', 'gone'),
      id: fc.uuid(),
      plain: fc.string({ unit: 'binary' }),
    })
    .map(({ make, key, id, plain }) => ({ ...make(key, id, plain), key, plain }));
  const anyDocument = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 2 }),
      secretHolder,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('agent', 'items', 'voice', 'id', 'type', 'constructor'), tie('node')),
    ),
  })).node;

  it('moves every secret of any document that can be opened, changes nothing else, and has then nothing to do', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const result = resealDocument(document, {}, rotated);
        const after = written(document, result);
        const again = resealDocument(after, {}, rotated);
        const lost = result.stale.filter(({ keyName }) => keyName === 'gone').length;
        expect(result.stale.filter(({ problem }) => problem !== null)).toHaveLength(lost);
        expect(again.stale).toHaveLength(lost);
        expect(again.current).toBe(result.current + result.stale.length - lost);
        expect(again.strays).toEqual(result.strays);
        expect(withoutSealed(after)).toBe(withoutSealed(document));
        for (const holder of holdersIn(after))
          expect(openWithNewKey(holder)).toEqual([holder.key === 'gone' ? null : holder.plain]);
      }),
      { numRuns: 300 },
    );
  });
});
