import type { CallerEntries, Journal } from '../journal';

/** The fields of a kind that do not say whose line it is. */
type Fields<K extends keyof CallerEntries> = Omit<CallerEntries[K], 'callSid' | 'caller'>;

/** The journal of the callers, as one person writes it in one call: who and which call stand in every line. */
export class PersonJournal {
  constructor(
    private readonly journal: Journal<CallerEntries>,
    private readonly callSid: string,
    private readonly caller: string,
  ) {}

  write<K extends keyof CallerEntries>(kind: K, fields: Fields<K>): void {
    this.journal.write(kind, { callSid: this.callSid, caller: this.caller, ...fields } as CallerEntries[K]);
  }
}
