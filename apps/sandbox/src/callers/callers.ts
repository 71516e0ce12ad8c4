import { AppError } from '@parley/kernel';
import type { PersonOnLine, Subscribers } from '../carrier';
import type { ScriptedCaller, ScriptHolder } from '../script';
import { ScriptedPerson } from './scripted-person';
import type { PersonDeps } from './scripted-person';

/** The persons of the script, each made anew for every call. */
export class Callers implements Subscribers {
  constructor(
    private readonly deps: PersonDeps,
    private readonly script: ScriptHolder,
  ) {}

  reach(number: string): PersonOnLine | undefined {
    const { callers, anyone } = this.script.current;
    const script = callers[number] ?? anyone;
    return script && new ScriptedPerson(this.deps, script, 'dialled');
  }

  /**
   * A person who is about to dial, with their speeches ready, and the number they dial from.
   * @throws SANDBOX.NO_SUCH_CALLER when the script has nobody of that name or number
   */
  async dialling(nameOrNumber: string): Promise<{ readonly number: string; readonly person: PersonOnLine }> {
    const [number, script] = this.find(nameOrNumber);
    const person = new ScriptedPerson(this.deps, script, 'dials');
    await person.prepare();
    return { number, person };
  }

  private find(nameOrNumber: string): readonly [string, ScriptedCaller] {
    for (const [number, caller] of Object.entries(this.script.current.callers))
      if (number === nameOrNumber || caller.name === nameOrNumber) return [number, caller];
    throw new AppError('not_found', 'SANDBOX.NO_SUCH_CALLER', `The script has no caller ${nameOrNumber}.`);
  }
}
