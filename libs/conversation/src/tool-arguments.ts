import type { Tool } from './ports';
import type { ConversationAction } from './settings';

/** The action's input, or why the model's arguments cannot be taken. */
export type CheckedArguments =
  | { readonly ok: true; readonly input: Record<string, unknown> }
  | { readonly ok: false; readonly message: string };

const maxArgumentChars = 4_096;
const maxKeys = 32;
const keysPattern = /^[0-9*#wW]+$/;

/**
 * The tools that the model is offered, in the order of the agent's actions: one of each kind, but every number to
 * transfer to.
 */
export function toolsFor(actions: readonly ConversationAction[]): readonly Tool[] {
  return offers(actions).map(({ tool }) => tool);
}

/** The action that a tool call's name means, among those that the model may start. */
export function actionNamed(
  actions: readonly ConversationAction[],
  name: string,
): ConversationAction | undefined {
  return offers(actions).find(({ tool }) => tool.name === name)?.action;
}

function offers(actions: readonly ConversationAction[]) {
  const offered = actions.filter(({ trigger }) => trigger.by === 'model');
  const numbers = new Set(offered.flatMap((action) => ('phoneNumber' in action ? [action.phoneNumber] : [])));
  const byName = new Map<string, { readonly tool: Tool; readonly action: ConversationAction }>();
  for (const action of offered) {
    const isOneOfMany = action.type === 'action_transfer_call' && numbers.size > 1;
    const tool = isOneOfMany ? transferTo(action.phoneNumber, [...numbers]) : toolOf(action);
    if (!byName.has(tool.name)) byName.set(tool.name, { tool, action });
  }
  return [...byName.values()];
}

/** Checks what the model wrote as arguments. Nothing of it is taken on trust, and nothing unknown is let through. */
export function checkArguments(action: ConversationAction, text: string): CheckedArguments {
  if (text.length > maxArgumentChars) return { ok: false, message: 'The arguments are too long.' };
  const given = parseObject(text);
  if (!given) return { ok: false, message: 'The arguments are not a JSON object.' };
  const allowed = action.type === 'action_dtmf' ? ['digits'] : [];
  const unknown = Object.keys(given).filter((key) => !allowed.includes(key));
  if (unknown.length > 0)
    return { ok: false, message: `Unknown arguments: ${unknown.slice(0, 5).join(', ').slice(0, 200)}.` };
  if (action.type === 'action_transfer_call')
    return { ok: true, input: { phone_number: action.phoneNumber } };
  if (action.type === 'action_end_conversation') return { ok: true, input: {} };
  return checkDigits(given['digits']);
}

function checkDigits(given: unknown): CheckedArguments {
  const digits = typeof given === 'number' && Number.isSafeInteger(given) ? String(given) : given;
  if (typeof digits !== 'string' || !keysPattern.test(digits) || digits.length > maxKeys) {
    return {
      ok: false,
      message: `"digits" must be 1 to ${maxKeys} of 0-9, * and # (w waits half a second).`,
    };
  }
  return { ok: true, input: { digits: digits.toLowerCase() } };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

const tellFirst = 'Tell the caller in the same reply, before you call this.';
const noParameters = { type: 'object', properties: {}, additionalProperties: false };

function toolOf(action: ConversationAction): Tool {
  switch (action.type) {
    case 'action_end_conversation':
      return {
        name: 'end_conversation',
        description: 'Ends the call. Say goodbye in the same reply, before you call this.',
        parameters: noParameters,
      };
    case 'action_dtmf':
      return {
        name: 'dtmf',
        description: 'Presses keys of the phone, to go through an automatic menu.',
        parameters: {
          type: 'object',
          properties: {
            digits: { type: 'string', description: 'The keys: 0-9, * and #; w waits half a second.' },
          },
          required: ['digits'],
          additionalProperties: false,
        },
      };
    case 'action_external':
      return { name: action.name, description: action.description, parameters: action.inputSchema };
    case 'action_transfer_call':
      return {
        name: 'transfer_call',
        description: `Hands the caller over to a person. ${tellFirst}`,
        parameters: noParameters,
      };
  }
}

/** One of several numbers. Told apart by its place, as the names of tools may hold no `+`; the prompt says who is where. */
function transferTo(phoneNumber: string, numbers: readonly string[]): Tool {
  return {
    name: `transfer_call_${numbers.indexOf(phoneNumber) + 1}`,
    description: `Hands the caller over to the person at ${phoneNumber}. ${tellFirst}`,
    parameters: noParameters,
  };
}
