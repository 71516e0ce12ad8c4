import { NormalizedAgent, promptAsks } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';

const askedAtOnce = 10;

/** The texts of the prompts of listed agents, for the vintages whose lists have them; ten are asked for at once. */
export async function promptTexts(
  asks: AskClient,
  userId: string,
  agents: readonly Pick<NormalizedAgent, 'prompt'>[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const ids = [...new Set(agents.map(({ prompt }) => prompt))];
  for (let start = 0; start < ids.length; start += askedAtOnce) {
    const batch = ids.slice(start, start + askedAtOnce).map(async (id) => {
      const prompt = await asks.ask(promptAsks.get, { user_id: userId, id }).catch(orNullWhenGone);
      texts.set(id, prompt?.content ?? '');
    });
    await Promise.all(batch);
  }
  return texts;
}

function orNullWhenGone(error: unknown): null {
  if (AppError.from(error).kind === 'not_found') return null;
  throw error;
}
