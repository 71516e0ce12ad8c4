import { Controller } from '@nestjs/common';
import { fetchContext, FetchContext, FetchedContext } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import { FetchContextUseCase } from './fetch-context.use-case';

@Controller()
export class ContextHandler {
  constructor(private readonly contexts: FetchContextUseCase) {}

  @Answers(fetchContext)
  fetch(request: FetchContext): Promise<FetchedContext> {
    return this.contexts.execute(request);
  }
}
