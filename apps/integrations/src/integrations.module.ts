import { DynamicModule, Module } from '@nestjs/common';
import { ActionsHandler } from './actions/actions.handler';
import { RunActionUseCase } from './actions/run-action.use-case';

export interface IntegrationsParts {
  readonly runAction: RunActionUseCase;
}

@Module({})
export class IntegrationsModule {
  static with(parts: IntegrationsParts): DynamicModule {
    return {
      module: IntegrationsModule,
      controllers: [ActionsHandler],
      providers: [{ provide: RunActionUseCase, useValue: parts.runAction }],
    };
  }
}
