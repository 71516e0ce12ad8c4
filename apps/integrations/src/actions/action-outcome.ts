import type { ActionRun } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { wasNeverSent } from '@parley/outbound-http';
import type { GuardedResponse } from '@parley/outbound-http';
import { jsonBody } from '../json-body';

/** How an effect ended. `unknown`: it may have happened or not, and nobody here can tell. */
export type SettledState = 'done' | 'failed' | 'unknown';

/** What came of an action, for its record and for who asked. */
export interface ActionOutcome {
  readonly state: SettledState;
  /** A code for the record; null when it succeeded. */
  readonly reason: string | null;
  readonly answer: ActionRun;
}

/** So much of what a customer's server says of a failure is shown to the model. */
const maxShownChars = 500;
/** Longer ones are not read out; the model has the result. */
const maxMessageChars = 2_000;

/** The request was answered. */
export function outcomeOf(response: GuardedResponse, speaksOnReceive: boolean): ActionOutcome {
  const { status } = response;
  if (status >= 200 && status < 300) return readSuccess(response, speaksOnReceive);
  const reason = `HTTP.STATUS_${status}`;
  const details = { status, ...shownBody(response.body) };
  if (status === 401 || status === 403) {
    return failed(reason, 'The server refused the request: it could not be authorized.', details);
  }
  if (status >= 400 && status < 500) {
    const info = 'The server did not accept the request. What it was asked for may have to be clarified.';
    return failed(reason, info, details);
  }
  if (status >= 500) return failed(reason, 'The server had an error.', details);
  return failed(reason, 'The server answered in a way that cannot be used.', { status });
}

/** The request failed before it was answered. */
export function outcomeOfFailure(error: unknown): ActionOutcome {
  const { code } = AppError.from(error);
  if (wasNeverSent(error)) return failed(code, 'The server could not be reached. Nothing was done.', {});
  if (code === 'HTTP.TIMEOUT') return unknown(code, 'The server did not answer in time. ');
  return unknown(code, 'The connection broke before the server had answered. ');
}

/** Nothing was sent. `info` is for the model. */
export function notSent(reason: string, info: string): ActionOutcome {
  return failed(reason, info, {});
}

/** The process that sent it is gone. */
export function senderGone(): ActionOutcome {
  return unknown('EFFECT.SENDER_GONE', 'The request was interrupted while it was being sent. ');
}

/** It was settled before, and what was answered was not kept. */
export function answerNotKept(state: SettledState): ActionRun {
  if (state === 'unknown') return senderGone().answer;
  const info = state === 'done' ? 'This was done before.' : 'This was tried before and failed.';
  return { success: state === 'done', result: { info }, agent_message: null };
}

function readSuccess(response: GuardedResponse, speaksOnReceive: boolean): ActionOutcome {
  if (response.truncated) return unusable('ACTION.ANSWER_TOO_LONG', 'it is too long');
  const answer = jsonBody(response.body);
  if (!isObject(answer)) return unusable('ACTION.BAD_ANSWER', 'it is not a JSON object');
  const { result, agent_message: message = null } = answer;
  if (!isObject(result)) return unusable('ACTION.BAD_ANSWER', 'it has no object named result');
  if (message !== null && typeof message !== 'string') {
    return unusable('ACTION.BAD_ANSWER', 'its agent_message is not a text');
  }
  const isSpoken = speaksOnReceive && message !== null && isSpeakable(message);
  return {
    state: 'done',
    reason: null,
    answer: { success: true, result, agent_message: isSpoken ? message : null },
  };
}

const isSpeakable = (message: string) => message.trim() !== '' && message.length <= maxMessageChars;

/** The server took the request for good (2xx), so what it did is done; only nobody knows what. */
function unusable(reason: string, why: string): ActionOutcome {
  return failed(reason, `The server took the request, but its answer cannot be used: ${why}.`, {});
}

function failed(reason: string, info: string, details: Record<string, unknown>): ActionOutcome {
  return {
    state: 'failed',
    reason,
    answer: { success: false, result: { info, ...details }, agent_message: null },
  };
}

function unknown(reason: string, what: string): ActionOutcome {
  const info = `${what}It is not known whether it was done, so it must not be repeated without asking.`;
  return {
    state: 'unknown',
    reason,
    answer: { success: false, result: { info, outcome: 'unknown' }, agent_message: null },
  };
}

function shownBody(body: Buffer): { response?: string } {
  const text = body.toString('utf8').trim().slice(0, maxShownChars);
  return text === '' ? {} : { response: text };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
