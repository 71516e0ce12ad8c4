import { spokenTurn, thinkMs } from '../airline-script.mjs';
import { nowMs } from '../clock.mjs';
import { callerFrame, frameMs, silentFrame } from '../frame-code.mjs';
import { PlayOut } from './play-out.mjs';

const silence = silentFrame.toString('base64');
/** Nothing heard for so long after a turn: it counts as unanswered, and the caller goes on. */
const patienceMs = 8_000;
/** A reply without its last sentence is over after so much silence. */
const quietMs = 1_500;
/** Without any greeting the caller begins by itself. */
const greetingPatienceMs = 6_000;
/** How much of a reply is heard before it is broken into. */
const listenMs = 2_000;

/**
 * One person on the line: waits for the greeting, then has turn after turn, and notes when things were sent and heard.
 * What the agent's audio says of itself is noted as it is; what it means is found out after the run.
 */
export class Caller {
  #line;
  #playOut = new PlayOut();
  #state = 'dialling';
  #untilMs = Infinity;
  #frames = [];
  #turn = -1;
  #current;
  #replyEndsMs;
  #heardSpeech;
  #shouldStop = false;
  /** {startedMs, heard: [{speech, atMs, playedMs}]} of the greeting. */
  greeting = { startedMs: undefined, heard: [] };
  turns = [];
  clears = [];
  /** Frames of the agent's voice that arrived, and how long the buffer had been dry before those that were late. */
  framesHeard = 0;
  lateFrames = [];
  failure;

  /** `turnsMost`: hangs up after so many; Infinity goes on until `stop`. */
  constructor({ call, script, turnsMost, bargeIn, line, beat, onDone }) {
    Object.assign(this, { call, script, turnsMost, bargeIn, beat, onDone });
    this.#line = line(this);
  }

  /** Resolves the status of the upgrade. */
  async dial() {
    const status = await this.#line.open();
    if (status !== 101) {
      this.failure = `refused with ${status}`;
      this.#state = 'done';
      this.onDone(this);
      return status;
    }
    this.greeting.startedMs = this.#line.start();
    this.#enter('greeted', this.greeting.startedMs + greetingPatienceMs);
    this.beat.add(this);
    return status;
  }

  /** Hangs up once the turn that runs is answered. */
  stop() {
    this.#shouldStop = true;
  }

  /** Hangs up now. */
  hangUp() {
    if (this.#state === 'done') return;
    this.#state = 'done';
    this.beat.remove(this);
    this.#line.hangUp();
    this.onDone(this);
  }

  tick(atMs) {
    for (const name of this.#playOut.due(atMs)) this.#line.mark(name);
    if (this.#state === 'speaking') this.#speak(atMs);
    else {
      this.#line.media(silence, atMs);
      this.#consider(atMs);
    }
  }

  onMedia(mulaw, atMs) {
    const { dryMs, frames } = this.#playOut.push(mulaw, atMs);
    if (frames.length === 0) return;
    this.#noteLateness(frames[0].speech, frames.length, dryMs);
    const heard = this.#state === 'greeted' || this.#turn < 0 ? this.greeting.heard : this.#current.heard;
    for (const { speech, atMs: playedMs, isEnd } of frames) {
      if (speech !== heard.at(-1)?.speech) heard.push({ speech, atMs, playedMs, while: this.#state });
      if (isEnd) this.#replyEndsMs = playedMs + frameMs;
    }
    this.#heardSpeech = frames.at(-1).speech;
    if (this.#state === 'waiting') this.#enter('listening', this.bargeIn ? atMs + listenMs : Infinity);
  }

  onMark(name) {
    this.#playOut.mark(name);
  }

  onClear(atMs) {
    this.clears.push({ atMs, turn: this.#turn });
    for (const name of this.#playOut.clear(atMs)) this.#line.mark(name);
    this.#heardSpeech = undefined;
  }

  onClosed(why) {
    if (this.#state === 'done') return;
    this.failure = why;
    this.#state = 'done';
    this.beat.remove(this);
    this.onDone(this);
  }

  #enter(state, untilMs) {
    this.#state = state;
    this.#untilMs = untilMs;
  }

  /** Within a reply, audio is late by as long as the person heard nothing before it. */
  #noteLateness(speech, frames, dryMs) {
    this.framesHeard += frames;
    const before = this.#heardSpeech;
    if (before === undefined || dryMs === 0 || this.#replyEndsMs !== undefined) return;
    this.lateFrames.push({ lateMs: dryMs, before, speech });
  }

  #consider(atMs) {
    const isQuiet = this.#playOut.endMs + quietMs < atMs;
    const isReplyOver =
      this.#replyEndsMs !== undefined ? atMs >= this.#replyEndsMs : isQuiet && this.#heardSpeech;
    switch (this.#state) {
      case 'greeted':
        if (isReplyOver || atMs > this.#untilMs) this.#think(atMs);
        break;
      case 'thinking':
        if (atMs > this.#untilMs) this.#beginTurn(atMs);
        break;
      case 'waiting':
        if (atMs > this.#untilMs) this.#think(atMs);
        break;
      case 'listening':
        if (atMs > this.#untilMs && this.turns.length < this.turnsMost) this.#beginTurn(atMs);
        else if (isReplyOver) this.#think(atMs);
        break;
    }
  }

  #think(atMs) {
    if (this.#shouldStop || this.turns.length >= this.turnsMost) {
      this.hangUp();
      return;
    }
    this.#heardSpeech = undefined;
    this.#enter('thinking', atMs + thinkMs[this.script]);
  }

  #beginTurn() {
    this.#turn += 1;
    this.#replyEndsMs = undefined;
    this.#current = { call: this.call, turn: this.#turn, startMs: undefined, endMs: undefined, heard: [] };
    this.turns.push(this.#current);
    this.#frames = spokenTurn(this.script, this.call, this.#turn).flatMap(({ pauseMs, at, ms }) => {
      const payload = pauseMs ? undefined : callerFrame(this.call, this.#turn, at).toString('base64');
      return Array.from({ length: Math.round((pauseMs ?? ms) / frameMs) }, () => payload);
    });
    this.#enter('speaking', Infinity);
  }

  #speak(atMs) {
    const payload = this.#frames.shift();
    this.#line.media(payload ?? silence, atMs);
    this.#current.startMs ??= atMs;
    if (this.#frames.length > 0) return;
    this.#current.endMs = nowMs();
    this.#enter('waiting', atMs + patienceMs);
  }
}
