import { DynamicModule, Module } from '@nestjs/common';
import { ActionsHandler } from './actions/actions.handler';
import { RunActionUseCase } from './actions/run-action.use-case';
import { ContextHandler } from './context/context.handler';
import { FetchContextUseCase } from './context/fetch-context.use-case';
import { DocumentStore } from './knowledge/document.store';
import { KnowledgeHandler } from './knowledge/knowledge.handler';
import { LookUpUseCase } from './knowledge/look-up.use-case';

export interface IntegrationsParts {
  readonly runAction: RunActionUseCase;
  readonly fetchContext: FetchContextUseCase;
  readonly documents: DocumentStore;
  readonly lookUp: LookUpUseCase;
}

@Module({})
export class IntegrationsModule {
  static with(parts: IntegrationsParts): DynamicModule {
    return {
      module: IntegrationsModule,
      controllers: [ActionsHandler, ContextHandler, KnowledgeHandler],
      providers: [
        { provide: RunActionUseCase, useValue: parts.runAction },
        { provide: FetchContextUseCase, useValue: parts.fetchContext },
        { provide: DocumentStore, useValue: parts.documents },
        { provide: LookUpUseCase, useValue: parts.lookUp },
      ],
    };
  }
}
