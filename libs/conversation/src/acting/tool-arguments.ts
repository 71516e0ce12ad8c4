import type { CollectEmail } from './collecting';
import { checkCollected, collectActions, collectTool } from './collecting';
import { externalTool, partArguments } from './external-tool';
import type { Tool, ToolCall } from '../ports';
import type { ConversationAction, ConversationSettings } from '../settings';
import { freeToolName } from './tool-names';

/** What a tool call, or a phrase, can start. */
export type CallableAction = ConversationAction | CollectEmail;

type Offering = Pick<ConversationSettings, 'actions' | 'collectFields'>;

/** The action's input, and what the caller is told meanwhile; or why the model's arguments cannot be taken. */
export type CheckedArguments =
  | { readonly ok: true; readonly input: Record<string, unknown>; readonly line?: string }
  | { readonly ok: false; readonly message: string };

/** What is kept of a model's arguments, and taken from it, at most. */
export const maxArgumentChars = 16_384;
const maxDepth = 32;
const maxKeys = 32;
const keysPattern = /^[0-9*#wW]+$/;

/**
 * The tools that the model is offered, in the order of the agent's actions: one of each kind, but every number to
 * transfer to and every action of the customer's; then one for each field that is to be collected.
 */
export function toolsFor(offering: Offering): readonly Tool[] {
  return offers(offering).map(({ tool }) => tool);
}

/** The action that a tool call's name means, among those that the model may start. */
export function actionNamed(offering: Offering, name: string): CallableAction | undefined {
  return offers(offering).find(({ tool }) => tool.name === name)?.action;
}

/** What the caller is told while these calls are carried out, beside what the reply says itself. */
export function linesOf(offering: Offering, calls: readonly ToolCall[]): readonly string[] {
  const lines = calls.map((call) => {
    const action = actionNamed(offering, call.name);
    const checked = action && checkArguments(action, call.arguments);
    return checked?.ok ? (checked.line ?? '') : '';
  });
  return [...new Set(lines)].filter(Boolean);
}

interface Offer {
  readonly tool: Tool;
  readonly action: CallableAction;
}

function offers({ actions, collectFields }: Offering): readonly Offer[] {
  const offered = actions.filter(({ trigger }) => trigger.by === 'model');
  const numbers = new Set(offered.flatMap((action) => ('phoneNumber' in action ? [action.phoneNumber] : [])));
  const collected = collectActions(collectFields).map((action, index, all): Offer => {
    return { tool: collectTool(action, all.length === 1 ? null : index + 1), action };
  });
  const own = offered.map((action) => (action.type === 'action_external' ? null : toolOf(action, numbers)));
  const taken = new Set([...own, ...collected.map(({ tool }) => tool)].map((tool) => tool?.name));
  const byName = new Map<string, Offer>();
  const known = new Set<string>();
  for (const [index, action] of offered.entries()) {
    if (known.has(action.id)) continue;
    known.add(action.id);
    if (action.type === 'action_external') {
      const name = freeToolName(action.name, (other) => taken.has(other));
      taken.add(name);
      byName.set(name, { tool: externalTool(name, action), action });
    } else {
      const tool = own[index];
      if (tool && !byName.has(tool.name)) byName.set(tool.name, { tool, action });
    }
  }
  return [...byName.values(), ...collected];
}

/** Checks what the model wrote as arguments. Nothing of it is taken on trust, and nothing unknown is let through. */
export function checkArguments(action: CallableAction, text: string): CheckedArguments {
  if (text.length > maxArgumentChars) return { ok: false, message: 'The arguments are too long.' };
  const given = parseObject(text);
  if (!given) return { ok: false, message: 'The arguments are not a JSON object.' };
  if (isDeeperThan(given, maxDepth)) return { ok: false, message: 'The arguments have too many levels.' };
  // Whether it fits the customer's schema is judged where the action is carried out.
  if (action.type === 'action_external') return { ok: true, ...partArguments(action, given) };
  if (action.type === 'collect_email') return checkCollected(action, given);
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

/** A JSON object; null for anything else. No text at all counts as an empty one. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Level by level, so that no depth can exhaust the stack. */
function isDeeperThan(value: object, levels: number): boolean {
  let level: object[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= levels) return true;
    level = level.flatMap((inner) =>
      Object.values(inner).filter((one): one is object => typeof one === 'object' && one !== null),
    );
  }
  return false;
}

const tellFirst = 'Tell the caller in the same reply, before you call this.';
const noParameters = { type: 'object', properties: {}, additionalProperties: false };

function toolOf(
  action: Exclude<ConversationAction, { type: 'action_external' }>,
  numbers: ReadonlySet<string>,
): Tool {
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
    case 'action_transfer_call':
      return numbers.size > 1 ? transferTo(action.phoneNumber, [...numbers]) : transfer;
  }
}

const transfer: Tool = {
  name: 'transfer_call',
  description: `Hands the caller over to a person. ${tellFirst}`,
  parameters: noParameters,
};

/** One of several numbers. Told apart by its place, as the names of tools may hold no `+`; the prompt says who is where. */
function transferTo(phoneNumber: string, numbers: readonly string[]): Tool {
  return {
    name: `transfer_call_${numbers.indexOf(phoneNumber) + 1}`,
    description: `Hands the caller over to the person at ${phoneNumber}. ${tellFirst}`,
    parameters: noParameters,
  };
}
