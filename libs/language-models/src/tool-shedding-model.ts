import type { LanguageModel, ReplyEvent, ReplyRequest, Tool } from '@parley/conversation';
import { AppError } from '@parley/kernel';

export interface ToolSheddingOptions {
  /** Whether a tool's schema may be at fault at all: it was written by a customer. */
  readonly maySkip: (tool: Tool) => boolean;
  /** Told the names of tools that the model is not offered any more, once it has answered without them. */
  readonly onSkipped: (names: readonly string[]) => void;
}

/** The one that is named, another one that is named, and then all that may be at fault. */
const mostRefusals = 3;
const notAboutTools = /context_length|model_not_found|content_(filter|policy)|string_above_max/;

/**
 * A model for one call that does without the tools whose schema its vendor refuses: one bad schema would otherwise cost
 * every reply of the agent.
 */
export class ToolSheddingModel implements LanguageModel {
  private readonly skipped = new Set<string>();

  constructor(
    private readonly model: LanguageModel,
    private readonly options: ToolSheddingOptions,
  ) {}

  get name(): string {
    return this.model.name;
  }

  async *reply(request: ReplyRequest, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    const news = new Set<string>();
    for (let refusals = 0; ;) {
      const tools = request.tools.filter(({ name }) => !this.skipped.has(name) && !news.has(name));
      try {
        for await (const event of this.model.reply({ ...request, tools }, signal)) {
          this.skip(news);
          yield event;
        }
        return;
      } catch (error) {
        refusals += 1;
        const isLast = refusals === mostRefusals;
        const faulty = refusals > mostRefusals ? [] : this.faultyTools(AppError.from(error), tools, isLast);
        if (faulty.length === 0) throw error;
        for (const name of faulty) news.add(name);
      }
    }
  }

  warm(): void {
    this.model.warm();
  }

  /** The tools for whose sake the request was refused, as far as that can be known. */
  private faultyTools({ code, details }: AppError, tools: readonly Tool[], all: boolean): readonly string[] {
    const { status, tool, vendorCode } = details ?? {};
    if (code !== 'MODEL.REJECTED' || (status !== 400 && status !== 422)) return [];
    const possible = tools.filter(this.options.maySkip).map(({ name }) => name);
    if (typeof tool === 'string' && !all) return possible.filter((name) => name === tool);
    return notAboutTools.test(String(vendorCode)) ? [] : possible;
  }

  private skip(names: Set<string>): void {
    if (names.size === 0) return;
    for (const name of names) this.skipped.add(name);
    this.options.onSkipped([...names]);
    names.clear();
  }
}
