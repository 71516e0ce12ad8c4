import { DynamicModule, Module } from '@nestjs/common';
import { ActionsHandler } from './actions/actions.handler';
import { RunActionUseCase } from './actions/run-action.use-case';
import { ContextHandler } from './context/context.handler';
import { FetchContextUseCase } from './context/fetch-context.use-case';

export interface IntegrationsParts {
  readonly runAction: RunActionUseCase;
  readonly fetchContext: FetchContextUseCase;
}

@Module({})
export class IntegrationsModule {
  static with(parts: IntegrationsParts): DynamicModule {
    return {
      module: IntegrationsModule,
      controllers: [ActionsHandler, ContextHandler],
      providers: [
        { provide: RunActionUseCase, useValue: parts.runAction },
        { provide: FetchContextUseCase, useValue: parts.fetchContext },
      ],
    };
  }
}
