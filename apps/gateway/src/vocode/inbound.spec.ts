import {
  actionParams,
  actionUpdateParams,
  agentParams,
  agentUpdateParams,
  voiceParams,
} from '@parley/contracts';
import { AppError, isUuid } from '@parley/kernel';
import { isSealed, SecretBox } from '@parley/secrets';
import { Inbound } from './inbound';
import { agentDraft, agentPatch, patchesSecret, PresentParts } from './inbound-agents';

const secrets = SecretBox.fromKeys(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
const inbound = new Inbound(secrets);
const stored = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const external = {
  type: 'action_external',
  config: {
    name: 'book',
    description: 'Books.',
    url: 'https://example.com',
    input_schema: { type: 'object' },
    speak_on_send: true,
    speak_on_receive: true,
  },
};

describe('Inbound', () => {
  it('gives every inline object an id, and leaves references alone', () => {
    const draft = agentDraft(
      agentParams.parse({
        prompt: 'Be kind.',
        voice: stored,
        actions: [stored, { type: 'action_end_conversation' }],
        webhook: { url: 'https://example.com', subscriptions: [] },
      }),
      inbound,
      { userId: 'user', path: ['body'] },
    );
    expect(draft).toMatchObject({ prompt: { params: { content: 'Be kind.' } }, voice: stored });
    expect(draft.actions[0]).toBe(stored);
    for (const ref of [draft.prompt, draft.actions[1], draft.webhook]) {
      expect(isUuid((ref as { id: string }).id)).toBe(true);
    }
  });

  it('seals a key to the voice that it belongs to', () => {
    const draft = agentDraft(
      agentParams.parse({ prompt: '', voice: { type: 'voice_eleven_labs', voice_id: 'v', api_key: 'xi-1' } }),
      inbound,
      { userId: 'user', path: [] },
    );
    const { id, params } = draft.voice as { id: string; params: { api_key: string } };
    expect(isSealed(params.api_key)).toBe(true);
    expect(params.api_key).not.toContain('xi-1');
    const open = (rowId: string) =>
      secrets.open(params.api_key, { userId: 'user', resource: 'voices', id: rowId, field: 'api_key' });
    expect(open(id)).toBe('xi-1');
    expect(() => open(stored)).toThrow();
  });

  describe('of a patched agent', () => {
    const present = {
      voice: { type: 'voice_eleven_labs', id: stored },
      vector_database: null,
    } as unknown as PresentParts;
    const patchOf = (patch: object, now = present) =>
      agentPatch(agentUpdateParams.parse(patch), inbound, { userId: 'user', path: ['body'], present: now });
    const star = '*'.repeat(12);

    it('seals a key to the voice that is there already', () => {
      const params = agentUpdateParams.parse({ voice: { type: 'voice_eleven_labs', api_key: 'xi-2' } });
      expect(patchesSecret(params)).toBe(true);
      const { voice } = patchOf(params);
      const { id, params: sealed } = voice as { id: string; params: { api_key: string } };
      const binding = { userId: 'user', resource: 'voices', id: stored, field: 'api_key' };
      expect([id, secrets.open(sealed.api_key, binding)]).toEqual([stored, 'xi-2']);
    });

    it('leaves a masked key alone', () => {
      const { voice } = patchOf({ voice: { type: 'voice_eleven_labs', api_key: `${star}abcd` } });
      expect(voice).toEqual({ id: stored, params: { type: 'voice_eleven_labs' } });
    });

    it('refuses a mask for a voice of another type: there is no key that it stands for', () => {
      expect(() => patchOf({ voice: { type: 'voice_play_ht', voice_id: 'v', api_key: star } })).toThrow(
        expect.objectContaining({ code: 'SECRET.MASKED' }),
      );
    });

    it('makes the secret that a new external action lacks', () => {
      const { actions } = patchOf({ actions: [external] });
      const [{ params }] = actions as unknown as [{ params: { config: { signature_secret: string } } }];
      expect(isSealed(params.config.signature_secret)).toBe(true);
    });

    it('leaves out what the client left out', () => {
      expect(patchOf({}, null)).toEqual({});
    });
  });

  it('keeps the secret of an external action that is patched', () => {
    const place = { userId: 'user', id: stored, path: ['body'], isThere: true };
    const patched = inbound.actionPatch(actionUpdateParams.parse(external), place);
    expect(patched.config).not.toHaveProperty('signature_secret');
  });

  it.each(['************', '************abcd'])(
    'refuses the mask %p for a new secret, by name',
    (api_key) => {
      const params = voiceParams.parse({ type: 'voice_eleven_labs', voice_id: 'v', api_key });
      expect(() => inbound.voice(params, { userId: 'user', id: stored, path: ['body'] })).toThrow(
        expect.objectContaining({ issues: [expect.objectContaining({ path: ['body', 'api_key'] })] }),
      );
    },
  );

  it('brings phone numbers into one form, and names the field of an impossible one', () => {
    const parse = (phone_number: string) =>
      inbound.action(actionParams.parse({ type: 'action_transfer_call', config: { phone_number } }), {
        userId: 'user',
        id: stored,
        path: ['body'],
      });
    expect(parse('1 (123) 456-7890')).toMatchObject({ config: { phone_number: '+11234567890' } });
    try {
      parse('12');
      throw new Error('was accepted');
    } catch (error) {
      expect(AppError.from(error).issues?.[0]?.path).toEqual(['body', 'config', 'phone_number']);
    }
  });
});
