import { DynamicModule, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AgentStore } from './agents/agent.store';
import { AgentsHandler } from './agents/agents.handler';
import { KeyStore } from './keys/key.store';
import { KeysHandler } from './keys/keys.handler';
import { NumberStore } from './numbers/number.store';
import { NumbersHandler } from './numbers/numbers.handler';
import { resourceHandlers } from './resources/resources.handler';
import { ResourceStores } from './resources/stores';

@Module({})
export class ConfigModule {
  static with(parts: { database: DataSource; keys: KeyStore }): DynamicModule {
    return {
      module: ConfigModule,
      controllers: [KeysHandler, ...resourceHandlers, AgentsHandler, NumbersHandler],
      providers: [
        { provide: DataSource, useValue: parts.database },
        { provide: KeyStore, useValue: parts.keys },
        { provide: ResourceStores, useFactory: () => new ResourceStores() },
        {
          provide: AgentStore,
          useFactory: (stores: ResourceStores) => new AgentStore(stores),
          inject: [ResourceStores],
        },
        {
          provide: NumberStore,
          useFactory: (agents: AgentStore) => new NumberStore(agents),
          inject: [AgentStore],
        },
      ],
    };
  }
}
