import type { ActionOutput } from './action-records';
import { readEmailAddress, spellOut } from './email-address';
import { exchangeStarts } from '../replying/exchanges';
import type { Tool } from '../ports';
import type { Progress } from '../progress';
import type { CollectedField } from '../settings';
import type { ConversationState } from '../state';
import type { CheckedArguments } from './tool-arguments';

/** The finding out of one field, as an action that the model starts. No stored action stands behind it, so it has no id. */
export interface CollectEmail {
  readonly type: 'collect_email';
  readonly id: null;
  readonly field: CollectedField;
}

/** How far a field has come. */
export interface CollectedValue {
  readonly name: string;
  readonly value: string;
  /** The turn in which it was taken down; only a later one can confirm it. */
  readonly turn: number;
  readonly confirmed: boolean;
}

export function collectActions(fields: readonly CollectedField[]): readonly CollectEmail[] {
  return fields.map((field) => ({ type: 'collect_email', id: null, field }));
}

/** `number` tells several fields apart. */
export function collectTool({ field }: CollectEmail, number: number | null): Tool {
  const about = [field.label || field.name, field.description].filter(Boolean).join(': ');
  return {
    name: number === null ? 'record_email' : `record_email_${number}`,
    description: `Records an e-mail address of the caller (${about}). Call it when the caller has said the address, and again once they have confirmed it.`,
    parameters: {
      type: 'object',
      properties: {
        email: { type: 'string', description: 'The address, as the caller said or spelled it.' },
        confirmed: {
          type: 'boolean',
          description: 'True only after the address was read back letter by letter and the caller said yes.',
        },
      },
      required: ['email', 'confirmed'],
      additionalProperties: false,
    },
  };
}

export function checkCollected(
  { field }: CollectEmail,
  given: Readonly<Record<string, unknown>>,
): CheckedArguments {
  const { email, confirmed = false, ...unknown } = given;
  if (Object.keys(unknown).length > 0) return { ok: false, message: 'Unknown arguments.' };
  if (typeof confirmed !== 'boolean') return { ok: false, message: '"confirmed" must be true or false.' };
  const address = typeof email === 'string' ? readEmailAddress(email) : null;
  if (address === null) {
    const message = '"email" is no e-mail address. Ask the caller to spell it, letter by letter.';
    return { ok: false, message };
  }
  return { ok: true, input: { field: field.name, email: address, confirmed } };
}

/** Takes an address down, or counts it once the caller has heard it and answered. A model's word alone is not enough. */
export function collect(p: Progress, name: string, value: string, confirmed: boolean): ActionOutput {
  const known = p.state.collected.find((one) => one.name === name);
  const isSame = known?.value === value;
  if (isSame && known.confirmed) return { success: true, field: name, value };
  if (confirmed && isSame && wasAnswered(p.state, known)) {
    setCollected(p, { ...known, confirmed: true });
    return { success: true, field: name, value };
  }
  if (!isSame) setCollected(p, { name, value, turn: p.state.turns, confirmed: false });
  return {
    success: false,
    field: name,
    value,
    read_back: spellOut(value),
    message:
      'Not recorded yet. Read the address back letter by letter and ask whether it is right; call this again once the caller has said so.',
  };
}

/** A turn of the caller's has come since, as an answer to something that the agent was heard to say. */
function wasAnswered({ turns, history }: ConversationState, { turn }: CollectedValue): boolean {
  const answered = history[(exchangeStarts(history).at(-1) ?? 0) - 1];
  return turns > turn && answered?.kind === 'agent' && answered.text !== '';
}

function setCollected(p: Progress, value: CollectedValue): void {
  const others = p.state.collected.filter(({ name }) => name !== value.name);
  p.set({ collected: [...others, value] });
}
