import type { ModelRule, Script } from '../../script';
import { normaliseWord } from '../../voice';
import type { ChatBody } from './chat-body';

/** What the script says to a conversation. */
export interface ScriptedReply {
  /** Index of the rule that fits; null for `otherwise`. */
  readonly rule: number | null;
  readonly text: string;
  readonly tool: { readonly name: string; readonly arguments: string; readonly times?: number } | null;
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
}

interface Situation {
  readonly lastUserWords: ReadonlySet<string>;
  readonly toldWords: ReadonlySet<string>;
  /** Names of the tools called in the whole conversation, and since the user last spoke. */
  readonly called: readonly string[];
  readonly calledInTurn: readonly string[];
  /** The tool whose result is the last message. */
  readonly resultOf: string | undefined;
}

/**
 * Picks the first rule that fits. A rule whose tool was called already since the user last spoke does not fit again:
 * its result would lead back to it for ever.
 */
export function chooseReply(body: ChatBody, model: Script['model'], delays: Script['delays']): ScriptedReply {
  const situation = situationOf(body);
  const offered = (body.tools ?? []).map((tool) => tool.function.name);
  const index = model.rules.findIndex((rule) => fits(rule, situation));
  const rule = model.rules[index];
  const pace = {
    firstTokenMs: rule?.firstTokenMs ?? delays.model.firstTokenMs,
    tokensPerSecond: rule?.tokensPerSecond ?? delays.model.tokensPerSecond,
  };
  const wanted = rule?.tool;
  const name = wanted?.wild ? wanted.name : wanted && pickTool(wanted.name, offered);
  if (!rule || (rule.say === undefined && !name))
    return { rule: null, text: model.otherwise.say, tool: null, ...pace };
  return {
    rule: index,
    text: rule.say ?? '',
    tool:
      wanted && name
        ? { name, arguments: wanted.text ?? JSON.stringify(wanted.arguments), times: wanted.times }
        : null,
    ...pace,
  };
}

/** The last thing the user said; empty when there is none. */
export function lastUserText(body: ChatBody): string {
  return textOf(body.messages.findLast((message) => message.role === 'user')?.content);
}

function situationOf(body: ChatBody): Situation {
  const { messages } = body;
  const names = new Map<string, string>();
  const called: string[] = [];
  let calledInTurn: string[] = [];
  for (const message of messages) {
    if (message.role === 'user') calledInTurn = [];
    for (const call of message.tool_calls ?? []) {
      names.set(call.id, call.function.name);
      called.push(call.function.name);
      calledInTurn.push(call.function.name);
    }
  }
  const last = messages.at(-1);
  const told = messages.filter(({ role }) => role === 'system').map(({ content }) => textOf(content));
  return {
    lastUserWords: wordsOf([lastUserText(body)]),
    toldWords: wordsOf(told),
    called,
    calledInTurn,
    resultOf: last?.role === 'tool' ? names.get(last.tool_call_id ?? '') : undefined,
  };
}

function fits(rule: ModelRule, situation: Situation): boolean {
  const { lastUserContains, toldContains, afterTool, notYetCalled } = rule.when;
  if (!hasAll(situation.lastUserWords, lastUserContains ?? [])) return false;
  if (!hasAll(situation.toldWords, toldContains ?? [])) return false;
  if (afterTool !== undefined && !sameTool(afterTool, situation.resultOf)) return false;
  if (notYetCalled !== undefined && situation.called.some((name) => sameTool(notYetCalled, name)))
    return false;
  const own = rule.tool?.wild ? undefined : rule.tool?.name;
  return own === undefined || !situation.calledInTurn.some((name) => sameTool(own, name));
}

function wordsOf(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text.split(/\s+/).map(normaliseWord)).filter(Boolean));
}

function hasAll(words: ReadonlySet<string>, wanted: readonly string[]): boolean {
  return [...wordsOf(wanted)].every((word) => words.has(word));
}

function pickTool(wanted: string, offered: readonly string[]): string | undefined {
  return offered.find((name) => name === wanted) ?? offered.find((name) => sameTool(wanted, name));
}

function sameTool(wanted: string, name: string | undefined): boolean {
  return name?.includes(wanted) ?? false;
}

function textOf(content: ChatBody['messages'][number]['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join(' ');
}
