import { readFileSync } from 'node:fs';
import { AppError } from '@parley/kernel';
import { z } from 'zod';

const delayMs = z.number().int().nonnegative().max(600_000);
const share = z.number().min(0).max(1);
const keys = z.string().regex(/^[0-9A-D*#]+$/);
const e164 = z.string().regex(/^\+[1-9]\d{1,14}$/);

/**
 * What a scripted person waits for. `agent_finished`: the other side said something since this person last spoke, and
 * has been silent for `finishedSilenceMs`. A word counts when it is heard after the wait began.
 */
export const waitFor = z.union([
  z.literal('agent_finished'),
  z.strictObject({ word: z.string().min(1) }),
  /** Keys heard as tones on the line, in this order. */
  z.strictObject({ keys }),
  /** So long no sound at all from the other side. */
  z.strictObject({ silenceMs: delayMs }),
  z.strictObject({ ms: delayMs }),
]);

/** One thing a scripted person does. Steps run in order; a step begins when the one before it is done. */
export const step = z.union([
  z.strictObject({ waitFor, patienceMs: delayMs.optional() }),
  z.strictObject({ say: z.string().min(1) }),
  /** Speaks into the other side's sentence, as soon as so many words of it were heard since this person last spoke. */
  z.strictObject({
    interruptAfterWords: z.number().int().positive(),
    say: z.string().min(1),
    patienceMs: delayMs.optional(),
  }),
  z.strictObject({ press: keys }),
  z.strictObject({ hangUp: z.literal(true) }),
]);

/** What the verdict wants to find in the journals for this person. */
export const expectation = z.strictObject({
  /** Groups of words; each group must be heard without a gap, the groups in this order. */
  hears: z.array(z.string().min(1)).default([]),
  /** Keys heard as tones. */
  keys: z.string().default(''),
  /** How many times this person broke into a sentence. */
  bargeIns: z.number().int().nonnegative().default(0),
  /** Words that must not be heard: they stand behind a cut. */
  hearsNot: z.array(z.string().min(1)).default([]),
  /** Answers of the agent to this person, at least. */
  turns: z.number().int().nonnegative().default(0),
  endedBy: z.enum(['agent', 'person']).optional(),
});

/** A person at the end of a telephone line, under the number that reaches them. */
export const scriptedCaller = z.strictObject({
  name: z.string().min(1),
  /** How long the telephone rings. */
  answerAfterMs: delayMs.default(800),
  /** What happens when this number is dialled. */
  onRing: z.enum(['answer', 'busy', 'no-answer']).default('answer'),
  steps: z.array(step).default([]),
  /** The longest wait of any step that names none; then the person hangs up. */
  patienceMs: delayMs.default(20_000),
  /** Silence of the other side that counts as the end of what it says. */
  finishedSilenceMs: delayMs.default(700),
  expect: expectation.optional(),
});

/** Picks a reply. All the conditions that are given must hold; the first rule that fits answers. */
export const modelRule = z.strictObject({
  when: z.strictObject({
    /** All of these words are in the last thing the user said. */
    lastUserContains: z.array(z.string().min(1)).optional(),
    /** All of these words are in what the model was told beside the conversation (its system messages). */
    toldContains: z.array(z.string().min(1)).optional(),
    /** The last message is the result of a tool with this name. */
    afterTool: z.string().optional(),
    /** This tool was not called yet in the conversation. */
    notYetCalled: z.string().optional(),
  }),
  say: z.string().optional(),
  /**
   * A call of a tool. `name` is matched with the request's tools: the same name, or one that contains it
   * (`transfer_call` fits `action_transfer_call`); without a fitting tool only `say` is answered.
   */
  tool: z
    .strictObject({
      name: z.string().min(1),
      arguments: z.record(z.string(), z.unknown()).default({}),
      /** The text of the arguments, JSON or not, in place of `arguments`. */
      text: z.string().optional(),
      /** So many calls at once. */
      times: z.number().int().min(1).max(500).default(1),
      /** For a model gone wild: called by this very name, offered or not, and however often it was called already. */
      wild: z.boolean().default(false),
    })
    .optional(),
  firstTokenMs: delayMs.optional(),
  tokensPerSecond: z.number().positive().optional(),
});

/**
 * How a transcriber errs. What it draws depends on the seed, the number of the session and the place in it alone, and
 * is in the journal (`noise`).
 */
export const transcriberNoise = z.strictObject({
  seed: z.number().int().default(1),
  /** The part of the turns in which an end is taken for near in the middle of the speech. */
  falseEagerEnds: share.default(0.3),
  /** The part of the messages before the final whose last word is another one. */
  revisedWords: share.default(0.2),
  /** The part of the ends that come `lateFinalMs` later. */
  lateFinals: share.default(0.1),
  lateFinalMs: delayMs.default(400),
  /** Each message comes later by a log-normal time. */
  delay: z
    .strictObject({ medianMs: delayMs.default(30), sigma: z.number().min(0).max(3).default(0.6) })
    .prefault({}),
});

/** What a customer's server answers on a path (its query left out): JSON, after a while, or nothing ever. */
const receiverAnswer = z.strictObject({
  path: z.string().startsWith('/'),
  status: z.number().int().min(200).max(599).default(200),
  body: z.unknown().default({}),
  delayMs: delayMs.default(0),
  hangs: z.boolean().default(false),
});

export const script = z.strictObject({
  /** By number (E.164). */
  callers: z.record(e164, scriptedCaller).default({}),
  /** Answers a number that no one in `callers` has; without it such a number is failed. */
  anyone: scriptedCaller.optional(),
  model: z
    .strictObject({
      rules: z.array(modelRule).default([]),
      otherwise: z
        .strictObject({ say: z.string().min(1) })
        .default({ say: 'I see. Could you say that again?' }),
    })
    .prefault({}),
  /** The first that fits answers; all other requests are answered 200 with `{}`. */
  receiver: z.array(receiverAnswer).default([]),
  delays: z
    .strictObject({
      model: z
        .strictObject({
          firstTokenMs: delayMs.default(150),
          tokensPerSecond: z.number().positive().default(60),
        })
        .prefault({}),
      voice: z.strictObject({ firstByteMs: delayMs.default(80) }).prefault({}),
      transcriber: z
        .strictObject({
          interimEveryMs: delayMs.default(250),
          finalDelayMs: delayMs.default(100),
          /** Silence after which a turn looks over, where a transcriber tells that (Flux). */
          eagerEndMs: delayMs.default(150),
          /** Silence after which it is over. */
          endOfTurnMs: delayMs.default(350),
          noise: transcriberNoise.optional(),
        })
        .prefault({}),
    })
    .prefault({}),
  /** What a demonstration of this script dials, and how its agents begin; nothing in the sandbox reads it. */
  demonstration: z
    .strictObject({
      outbound: z.strictObject({ to: e164, initialMessage: z.string().min(1) }),
      inbound: z.strictObject({
        caller: z.string().min(1),
        initialMessage: z.string().min(1),
        transferTo: e164,
      }),
    })
    .optional(),
});

export type WaitFor = z.output<typeof waitFor>;
export type Step = z.output<typeof step>;
export type Expectation = z.output<typeof expectation>;
export type ScriptedCaller = z.output<typeof scriptedCaller>;
export type ModelRule = z.output<typeof modelRule>;
export type TranscriberNoise = z.output<typeof transcriberNoise>;
export type Script = z.output<typeof script>;

/** Checks a script. @throws SANDBOX.BAD_SCRIPT with a message that names each wrong field. */
export function parseScript(given: unknown): Script {
  const parsed = script.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid', 'SANDBOX.BAD_SCRIPT', z.prettifyError(parsed.error), { cause: parsed.error });
}

/** Reads a script file. @throws SANDBOX.BAD_SCRIPT when it is missing, not JSON, or not a script. */
export function loadScript(file: string): Script {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AppError('invalid', 'SANDBOX.BAD_SCRIPT', `The script ${file} cannot be read as JSON.`, {
      cause,
    });
  }
  return parseScript(given);
}

/** The script in force. Parties ask it anew for every call, session and request, so that it may be replaced. */
export class ScriptHolder {
  constructor(private script: Script = parseScript({})) {}

  get current(): Script {
    return this.script;
  }

  /** @throws SANDBOX.BAD_SCRIPT; then the old one stays in force. */
  replace(given: unknown): void {
    this.script = parseScript(given);
  }
}
