import type { ConversationEffect, ConversationFact } from './effects';
import type { ConversationState, Hearing, Speech } from './state';

/** One step under way: the state so far, and what is to be done. States are replaced, never changed in place. */
export class Progress {
  readonly effects: ConversationEffect[] = [];
  private ended = false;

  constructor(
    public state: ConversationState,
    readonly nowMs: number,
  ) {}

  set(change: Partial<ConversationState>): void {
    this.state = { ...this.state, ...change };
  }

  setHearing(change: Partial<Hearing>): void {
    this.set({ hearing: { ...this.state.hearing, ...change } });
  }

  setSpeech(change: Partial<Speech>): void {
    this.set({ speech: { ...this.state.speech, ...change } });
  }

  emit(effect: ConversationEffect): void {
    // Whatever a rule further down still wants: after the last effect there is none.
    if (this.ended) return;
    this.ended = effect.type === 'finish' || effect.type === 'release';
    this.effects.push(effect);
  }

  tell(fact: ConversationFact): void {
    this.emit({ type: 'tell', fact });
  }

  problem(code: string, message: string): void {
    this.tell({ type: 'problem', code, message });
  }

  newId(): number {
    const id = this.state.nextId;
    this.set({ nextId: id + 1 });
    return id;
  }
}
