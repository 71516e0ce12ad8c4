/**
 * Every kind of journal line and its fields. All lines also have `seq` (from 1, without gaps, per journal), `atMs`
 * (epoch, ms) and `kind`. Fields that end in `AtMs` are epoch ms; those in `Ms` are durations or offsets.
 *
 * | journal | kinds |
 * |---|---|
 * | carrier | rest_request, call_created, call_status, webhook_sent, webhook_answered, webhook_failed, status_callback, status_callback_lost, twiml_verb, twiml_error, stream_opening, stream_started, stream_refused, stream_stopped, frame_refused, mark_received, mark_returned, mark_lost, clear, audio_arrived, playout_started, playout_ended, playout_discarded, digits_heard, digits_pressed, leg_dialled, leg_ended, call_ended, recording_written, fault |
 * | caller | ringing, answered, gave_up, saying, said, interrupted, pressed, waiting, waited, wait_expired, heard_onset, heard_word, heard_damaged, heard_cut, heard_silence, heard_keys, hearing_by_energy, turn, hung_up, line_closed, script_done |
 * | receiver | webhook |
 * | transcriber | session_opened, session_refused, audio_started, result, noise, session_closed, fault |
 * | model | started, request, first_token, clause_sent, reply, refused, aborted, fault |
 * | voice | request, first_byte, speech, refused, aborted, fault |
 */
export type EntryKinds = object;

/** How a call or a leg stands, in the carrier's words. */
export type CarrierCallStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled';

interface OfCall {
  readonly callSid: string;
}
interface OfStream extends OfCall {
  readonly streamSid: string;
}

/** What the carrier saw and did. */
export interface CarrierEntries {
  /** One REST request as it came, with the answer's status; `params` are the decoded form or query fields. */
  rest_request: {
    method: string;
    path: string;
    params: Readonly<Record<string, string | readonly string[]>>;
    status: number;
    errorCode: number | null;
  };
  call_created: OfCall & {
    direction: 'inbound' | 'outbound-api' | 'outbound-dial';
    from: string;
    to: string;
    parentCallSid: string | null;
  };
  call_status: OfCall & { status: CarrierCallStatus };
  /** A request to the product (answer URL, number's voice URL, action URL, redirect). `attempt` from 1. */
  webhook_sent: OfCall & { url: string; purpose: WebhookPurpose; params: Readonly<Record<string, string>> };
  webhook_answered: OfCall & {
    url: string;
    purpose: WebhookPurpose;
    status: number;
    tookMs: number;
    body: string;
  };
  /** `error` is a Twilio error code such as 11205 (no answer in time), 11200 (bad status) or 12100 (bad TwiML). */
  webhook_failed: OfCall & { url: string; purpose: WebhookPurpose; error: number; reason: string };
  /** One attempt to deliver a status callback; `status` is the receiver's HTTP status, null when none came. */
  status_callback: OfCall & {
    url: string;
    event: string;
    sequenceNumber: number;
    callStatus: CarrierCallStatus;
    attempt: number;
    status: number | null;
  };
  /** A callback that a fault withheld. */
  status_callback_lost: OfCall & { event: string; sequenceNumber: number; callStatus: CarrierCallStatus };
  twiml_verb: OfCall & { verb: string; attributes: Readonly<Record<string, string>> };
  twiml_error: OfCall & { error: number; reason: string };
  stream_opening: OfStream & { url: string };
  /** The product accepted the socket; `connected` and `start` are sent. */
  stream_started: OfStream & { customParameters: Readonly<Record<string, string>> };
  /** The handshake failed. `error`: 31920, 31922, 31923 or 31902; `httpStatus` when the product answered one. */
  stream_refused: OfStream & { error: number; httpStatus: number | null; reason: string };
  /** `by`: who ended it. `socket_lost`: no proper close from the product; `fault`: cut on request. */
  stream_stopped: OfStream & {
    by: 'product' | 'carrier' | 'socket_lost' | 'fault' | 'bad_frame';
    closeCode: number | null;
    framesToProduct: number;
    framesFromProduct: number;
    bytesFromProduct: number;
    marksReceived: number;
    clears: number;
    /** Frames of silence inside speech: the next audio came, but less than 100 ms too late. */
    lateFrames: number;
  };
  /** A frame of the product that breaks the protocol; the stream is closed. `error`: 31950 or 31951. */
  frame_refused: OfStream & { error: 31950 | 31951; reason: string; frame: string };
  mark_received: OfStream & { name: string; bufferedMs: number };
  /** Sent back: everything before it was played (`cleared: false`), or was dropped by a clear. */
  mark_returned: OfStream & { name: string; cleared: boolean; playedMs: number };
  mark_lost: OfStream & { name: string };
  /** The product emptied the play-out buffer; `droppedMs` of audio were never heard. */
  clear: OfStream & { droppedMs: number };
  /** Audio of the product came on the socket while none was buffered. */
  audio_arrived: OfStream;
  /** First audio of the product into an empty buffer is being heard on the line. */
  playout_started: OfStream & { playedMs: number };
  playout_ended: OfStream & { playedMs: number };
  /** 31931: more than ten minutes of audio were buffered; `discardedMs` were thrown away. */
  playout_discarded: OfStream & { error: 31931; discardedMs: number };
  /** Keys decoded from tones in what the product played, one line a key. */
  digits_heard: OfCall & { digit: string; startMs: number; durationMs: number };
  /** Keys the person on the line pressed; sent to the product as `dtmf`. */
  digits_pressed: OfCall & { digit: string };
  leg_dialled: OfCall & { legCallSid: string; to: string; callerId: string };
  leg_ended: OfCall & { legCallSid: string; status: CarrierCallStatus; durationS: number; bridged: boolean };
  call_ended: OfCall & {
    status: CarrierCallStatus;
    durationMs: number;
    /** Who ended an answered call. `twiml`: the document ended; `api`: by REST; `person`: the caller hung up. */
    endedBy: 'person' | 'twiml' | 'api' | 'carrier';
  };
  /** A stereo WAV, 8 kHz, 16 bit: the person left, what the person was played right. `file` is absolute. */
  recording_written: OfCall & { file: string; durationMs: number };
  /** A fault took effect. */
  fault: { fault: string; callSid?: string; value?: unknown };
}

export type WebhookPurpose =
  'answer' | 'inbound' | 'connect-action' | 'dial-action' | 'redirect' | 'number-url';

interface OfPerson {
  /** The carrier's SID of this person's leg; joins this journal with the carrier's. */
  readonly callSid: string;
  /** The person's name in the script. */
  readonly caller: string;
}

/** A word as it stood on the line. */
export interface SaidWord {
  readonly word: string;
  readonly startAtMs: number;
  readonly endAtMs: number;
}

/** What a scripted person did and heard. Times are those of the audio on this person's own line. */
export interface CallerEntries {
  ringing: OfPerson & { number: string; direction: 'dialled' | 'dials' };
  answered: OfPerson;
  /** The person refused or did not answer. */
  gave_up: OfPerson & { why: 'busy' | 'no-answer' };
  /** The first frame of a speech stands on the line. */
  saying: OfPerson & { text: string; startAtMs: number; bargeIn: boolean };
  /** Written when the speech has ended on the line, whole or cut. */
  said: OfPerson & {
    text: string;
    startAtMs: number;
    endAtMs: number;
    words: readonly SaidWord[];
    /** This speech began while the agent was speaking. */
    bargeIn: boolean;
  };
  /** The person began to speak into the agent's sentence, after `afterWords` words of it. */
  interrupted: OfPerson & { afterWords: number };
  pressed: OfPerson & { keys: string };
  waiting: OfPerson & { step: number; waitFor: unknown };
  waited: OfPerson & { step: number; waitedMs: number };
  /** Patience ran out; the person hangs up. */
  wait_expired: OfPerson & { step: number; waitFor: unknown; waitedMs: number };
  /** Sound began or stopped, by energy. */
  heard_onset: OfPerson & { onsetAtMs: number };
  heard_word: OfPerson & { word: string; startAtMs: number; endAtMs: number };
  /** Speech whose word code could not be read: something on its way was lost, swapped or mixed. */
  heard_damaged: OfPerson & { startAtMs: number; endAtMs: number };
  /** A word that broke off and was followed by silence: its speaker stopped in the middle, as at a barge-in. */
  heard_cut: OfPerson & { startAtMs: number; endAtMs: number };
  heard_silence: OfPerson & { silenceAtMs: number };
  /** Keys heard as tones, one line a key. */
  heard_keys: OfPerson & { digit: string; startAtMs: number; durationMs: number };
  /** No word codes in what is heard: from here on the person goes by sound and silence. */
  hearing_by_energy: OfPerson & { reason: string };
  /**
   * One turn of the agent in answer to this person. `voiceToVoiceMs` = first sound of the answer − end of the
   * person's last word before it.
   */
  turn: OfPerson & {
    turn: number;
    lastWordEndAtMs: number;
    firstWord: string | null;
    answerAtMs: number;
    voiceToVoiceMs: number;
    bargeIn: boolean;
  };
  hung_up: OfPerson & { why: 'script' | 'impatience' };
  /** The line is gone, whoever ended the call. `heardWords` is all that was heard, in order. */
  line_closed: OfPerson & {
    heardWords: readonly string[];
    heardKeys: string;
    stepsDone: number;
    stepsAll: number;
  };
  /** All steps are done, a hang-up as the last one included (without one the line may still be open). */
  script_done: OfPerson;
}

export interface ReceiverEntries {
  /** One request as it came. `attempt` counts requests with the same `webhook-id` or (call, sequence, type), from 1. */
  webhook: {
    method: string;
    path: string;
    headers: Readonly<Record<string, string>>;
    /** Parsed JSON, else the text. */
    body: unknown;
    /** The body as it came, where the script has an answer for the path: a signature is over its bytes. */
    text?: string;
    attempt: number;
    /** What was answered; null when it was left hanging. */
    status: number | null;
    fault: string | null;
  };
}

export interface TranscriberEntries {
  session_opened: {
    session: number;
    path: string;
    query: Readonly<Record<string, string | readonly string[]>>;
  };
  session_refused: { session: number; status: number };
  audio_started: { session: number };
  /** One message of the transcriber to the product. */
  result: {
    session: number;
    type: string;
    text: string;
    isFinal: boolean;
    endOfTurn: boolean;
    /** When the last word's audio had reached the transcriber. */
    lastWordHeardAtMs: number | null;
  };
  /** An error of a noisy transcriber took effect; see the script's `noise`. */
  noise: { session: number; error: 'false_eager_end' | 'revised_word' | 'late_final'; turn: number };
  session_closed: { session: number; code: number | null; audioMs: number; words: readonly string[] };
  fault: { fault: string; session?: number; value?: unknown };
}

export interface ModelEntries {
  /** The first line: says that this is no language model. */
  started: { note: string };
  request: { request: number; model: string; messages: number; lastUser: string; tools: readonly string[] };
  first_token: { request: number; afterMs: number };
  /** The token that ends the reply's first clause, of two words or more, was sent. */
  clause_sent: { request: number };
  reply: { request: number; rule: number | null; text: string; tool: string | null; tookMs: number };
  refused: { request: number; status: number };
  /** The product gave the request up. */
  aborted: { request: number; afterMs: number };
  fault: { fault: string; request?: number; value?: unknown };
}

export interface VoiceEntries {
  /** `provider`: whose wire it came over. */
  request: { request: number; provider: string; path: string; text: string };
  first_byte: { request: number; afterMs: number };
  speech: { request: number; text: string; audioMs: number; words: readonly string[] };
  refused: { request: number; status: number };
  aborted: { request: number; afterMs: number };
  fault: { fault: string; request?: number; value?: unknown };
}
