import { DtmfDetector, decodeMulaw, FRAME_BYTES, MULAW_SILENCE } from '@parley/audio';
import type { Clock } from '@parley/kernel';
import type { CarrierEntries, Journal } from '../journal';
import type { FrameScheduler, Ticking } from './frame-scheduler';
import type { PersonOnLine, TelephoneLine } from './person';
import { StereoRecording } from './stereo-recording';

/** What a person hears: fills one frame (160 bytes of µ-law), silence included. */
export interface LineSource {
  read(frame: Buffer, atMs: number): void;
}

/** Where a person's voice goes. The frame is not kept by the line nor may be kept by the sink. */
export interface LineSink {
  write(frame: Buffer, atMs: number): void;
}

export type RingOutcome = 'answered' | 'busy' | 'no-answer' | 'canceled';

export interface LineOptions {
  readonly callSid: string;
  /** The number at the other side, as the person sees it. */
  readonly number: string;
  readonly person: PersonOnLine;
  /** Stereo WAV of the line; none when not given. */
  readonly recordingFile?: string;
  readonly onHangUp: () => void;
  readonly onPress: (digit: string) => void;
}

export interface LineDeps {
  readonly clock: Clock;
  readonly scheduler: FrameScheduler;
  readonly journal: Journal<CarrierEntries>;
}

/**
 * One telephone line, from the carrier to one person. While it is connected it moves a frame each way every 20 ms:
 * what comes from `source` is heard by the person, what the person says goes to `sink`.
 */
export class Line implements Ticking, TelephoneLine {
  private source: LineSource | undefined;
  private sink: LineSink | undefined;
  private state: 'idle' | 'ringing' | 'connected' | 'closed' = 'idle';
  private readonly heard = Buffer.alloc(FRAME_BYTES, MULAW_SILENCE);
  private readonly said = Buffer.alloc(FRAME_BYTES, MULAW_SILENCE);
  private readonly heardSamples = new Int16Array(FRAME_BYTES);
  private readonly saidSamples = new Int16Array(FRAME_BYTES);
  private readonly keys = new DtmfDetector();
  private readonly recording: StereoRecording | undefined;
  private settleRing: ((outcome: RingOutcome) => void) | undefined;

  constructor(
    private readonly deps: LineDeps,
    private readonly options: LineOptions,
  ) {
    if (options.recordingFile) this.recording = new StereoRecording(options.recordingFile);
  }

  get callSid(): string {
    return this.options.callSid;
  }

  get number(): string {
    return this.options.number;
  }

  /**
   * From now on the person hears `source` and is heard by `sink`. Gives what takes them off again, unless others have
   * taken their place.
   */
  attach(source: LineSource, sink?: LineSink): () => void {
    this.source = source;
    this.sink = sink;
    return () => {
      if (this.source !== source) return;
      this.source = undefined;
      this.sink = undefined;
    };
  }

  /** Rings the person until they answer or refuse, `timeoutMs` passes, or the line is closed. */
  ring(timeoutMs: number): Promise<RingOutcome> {
    this.state = 'ringing';
    return new Promise((resolve) => {
      const cancelTimer = this.deps.clock.after(timeoutMs, () => this.settleRing?.('no-answer'));
      this.settleRing = (outcome) => {
        this.settleRing = undefined;
        cancelTimer();
        resolve(outcome);
      };
      this.options.person.rings(this);
    });
  }

  /** Opens the line to a person who dialled; one who is called opens it by answering. */
  connect(): void {
    if (this.state === 'connected' || this.state === 'closed') return;
    this.state = 'connected';
    this.recording?.start();
    this.options.person.connected(this, this.deps.clock.nowMs());
    this.deps.scheduler.add(this);
  }

  answer(): void {
    if (this.state !== 'ringing') return;
    this.connect();
    this.settleRing?.('answered');
  }

  refuse(): void {
    this.settleRing?.('busy');
  }

  press(digit: string): void {
    if (this.state !== 'connected') return;
    this.deps.journal.write('digits_pressed', { callSid: this.callSid, digit });
    this.options.onPress(digit);
  }

  hangUp(): void {
    if (this.state !== 'closed') this.options.onHangUp();
  }

  tick(atMs: number): void {
    if (this.source) this.source.read(this.heard, atMs);
    else this.heard.fill(MULAW_SILENCE);
    this.said.fill(MULAW_SILENCE);
    this.options.person.exchange(this.heard, this.said, atMs);
    this.sink?.write(this.said, atMs);
    decodeMulaw(this.heard, this.heardSamples);
    for (const key of this.keys.push(this.heardSamples))
      this.deps.journal.write('digits_heard', {
        callSid: this.callSid,
        digit: key.digit,
        startMs: key.startMs,
        durationMs: key.endMs - key.startMs,
      });
    if (this.recording) this.recording.write(decodeMulaw(this.said, this.saidSamples), this.heardSamples);
  }

  /** Takes the line away: no more frames, the recording is finished, the person learns of it. */
  close(): void {
    if (this.state === 'closed') return;
    const wasConnected = this.state === 'connected';
    this.state = 'closed';
    this.settleRing?.('canceled');
    this.deps.scheduler.remove(this);
    this.source = undefined;
    this.sink = undefined;
    this.options.person.closed();
    if (!this.recording || !wasConnected) return;
    const { file, durationMs } = this.recording;
    this.recording.close();
    this.deps.journal.write('recording_written', { callSid: this.callSid, file, durationMs });
  }
}
