import { actionParams, agentParams, agentUpdateParams } from '@parley/contracts';
import { AppError, isUuid } from '@parley/kernel';
import { isSealed, SecretBox } from '@parley/secrets';
import { Inbound } from './inbound';

const secrets = SecretBox.fromKeys(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
const inbound = new Inbound(secrets);
const stored = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

describe('Inbound', () => {
  it('gives every inline object an id, and leaves references alone', () => {
    const draft = inbound.agentDraft(
      agentParams.parse({
        prompt: 'Be kind.',
        voice: stored,
        actions: [stored, { type: 'action_end_conversation' }],
        webhook: { url: 'https://example.com', subscriptions: [] },
      }),
      'user',
      ['body'],
    );
    expect(draft).toMatchObject({ prompt: { params: { content: 'Be kind.' } }, voice: stored });
    expect(draft.actions[0]).toBe(stored);
    for (const ref of [draft.prompt, draft.actions[1], draft.webhook]) {
      expect(isUuid((ref as { id: string }).id)).toBe(true);
    }
  });

  it('seals a key to the voice that it belongs to', () => {
    const draft = inbound.agentDraft(
      agentParams.parse({ prompt: '', voice: { type: 'voice_eleven_labs', voice_id: 'v', api_key: 'xi-1' } }),
      'user',
      [],
    );
    const { id, params } = draft.voice as { id: string; params: { api_key: string } };
    expect(isSealed(params.api_key)).toBe(true);
    expect(params.api_key).not.toContain('xi-1');
    const open = (rowId: string) =>
      secrets.open(params.api_key, { userId: 'user', resource: 'voices', id: rowId, field: 'api_key' });
    expect(open(id)).toBe('xi-1');
    expect(() => open(stored)).toThrow();
  });

  it('seals a patched key to the voice that is there already', () => {
    const patch = inbound.agentPatch(
      agentUpdateParams.parse({ voice: { type: 'voice_eleven_labs', api_key: 'xi-2' } }),
      'user',
      { path: ['body'], voiceId: stored },
    );
    const { params } = patch.voice as { params: { api_key: string } };
    const binding = { userId: 'user', resource: 'voices', id: stored, field: 'api_key' };
    expect(secrets.open(params.api_key, binding)).toBe('xi-2');
  });

  it('leaves out of a patch what the client left out', () => {
    expect(inbound.agentPatch(agentUpdateParams.parse({}), 'user', { path: [], voiceId: undefined })).toEqual(
      {},
    );
  });

  it('brings phone numbers into one form, and names the field of an impossible one', () => {
    const parse = (phone_number: string) =>
      inbound.action(actionParams.parse({ type: 'action_transfer_call', config: { phone_number } }), [
        'body',
      ]);
    expect(parse('1 (123) 456-7890')).toMatchObject({ config: { phone_number: '+11234567890' } });
    try {
      parse('12');
      throw new Error('was accepted');
    } catch (error) {
      expect(AppError.from(error).issues?.[0]?.path).toEqual(['body', 'config', 'phone_number']);
    }
  });
});
